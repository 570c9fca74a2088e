using Bridge.Bench.Load;

namespace Bridge.Bench.Speed;

/// <summary>Runs every peer once per round, in turn; prints each raw run, the medians, and whether Bridge's bars are held.</summary>
internal static class SpeedTable
{
    public static async Task<int> RunAsync(Contest contest, int rounds, string[] only, TimeSpan phase)
    {
        var peers = contest.Peers.Keys.Where(name => only.Length == 0 || only.Contains(name)).ToList();
        var all = peers.ToDictionary(name => name, _ => new List<Figures>());
        for (var round = 1; round <= rounds; round++)
        {
            // Nobody always runs behind the same one.
            foreach (var name in round % 2 == 1 ? peers : Enumerable.Reverse(peers))
            {
                var figures = await new SpeedRun(contest, name, phase).RunAsync();
                all[name].Add(figures);
                Console.WriteLine($"round {round} {Row(name, figures)}  (load {MachineLoad.Now})");
            }
        }

        Console.WriteLine($"\nmedians of {rounds}\n{"peer",-18} {"msg/s",9} {"p50 ms",8} {"p99 ms",8} {"start s",8} {"idle MB",8} {"MB",8} {"cpu s/10k",10} {"lost",6}");
        var medians = all.ToDictionary(peer => peer.Key, peer => Median(peer.Value));
        foreach (var (name, figures) in medians)
        {
            Console.WriteLine(Row(name, figures));
        }

        if (!medians.TryGetValue(Contest.Bridge, out var bridge) || !medians.TryGetValue(contest.Against, out var other))
        {
            return 0;
        }

        Console.WriteLine($"\nBridge beside {contest.Against}, of the medians");
        return Bar.Judge(contest.Bars(bridge, other));
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
