using Bridge.Bench.Peers;

namespace Bridge.Bench.Speed;

/// <summary>Runs every peer once per round, in turn, and prints each raw run and then the medians.</summary>
internal static class SpeedTable
{
    public static async Task<int> RunAsync(string host, string? modules, int rounds, string[] only, TimeSpan phase)
    {
        var peers = new Dictionary<string, Func<string, int, int, Task<Child>>>
        {
            ["bridge"] = async (folder, a, b) =>
            {
                var daemon = new BridgeDaemon(host, folder, a, b);
                daemon.Start();
                await daemon.Process.ReadyAsync(TimeSpan.FromSeconds(60));
                return daemon.Process;
            },
            ["mosquitto bridge"] = MosquittoBridge.StartAsync,
        };
        if (modules is not null)
        {
            peers["node-red"] = (folder, a, b) => NodeRed.StartAsync(modules, folder, a, b);
        }

        foreach (var left in peers.Keys.Where(name => only.Length > 0 && !only.Contains(name)).ToList())
        {
            peers.Remove(left);
        }

        var all = peers.Keys.ToDictionary(name => name, _ => new List<Figures>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, start) in peers)
            {
                var figures = await new SpeedRun(start, phase).RunAsync();
                all[name].Add(figures);
                Console.WriteLine($"round {round} {Row(name, figures)}");
            }
        }

        Console.WriteLine($"\nmedians of {rounds}\n{"peer",-18} {"msg/s",9} {"p50 ms",8} {"p99 ms",8} {"start s",8} {"idle MB",8} {"MB",8} {"cpu s/10k",10} {"lost",6}");
        foreach (var (name, runs) in all)
        {
            Console.WriteLine(Row(name, Median(runs)));
        }

        return 0;
    }

    private static string Row(string name, Figures f) =>
        $"{name,-18} {f.PerSecond,9:0} {f.P50,8:0.000} {f.P99,8:0.000} {f.StartSeconds,8:0.00} {f.IdleMegabytes,8:0} {f.Megabytes,8:0} {f.CpuPer10K,10:0.00} {f.Lost,6}";

    private static Figures Median(List<Figures> runs)
    {
        double Of(Func<Figures, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
        return new Figures(
            Of(f => f.StartSeconds), Of(f => f.IdleMegabytes), Of(f => f.PerSecond), Of(f => f.CpuPer10K), Of(f => f.Megabytes), Of(f => f.P50), Of(f => f.P99), runs.Max(f => f.Lost));
    }
}
