using System.Globalization;

namespace Bridge.Bench.Speed;

/// <summary>Runs every peer once per round, in turn; prints each raw run, the medians, and Bridge's bars against Node-RED.</summary>
internal static class SpeedTable
{
    public static async Task<int> RunAsync(string host, string? modules, int rounds, string[] only, TimeSpan phase)
    {
        var peers = Contestants.All(host, modules).Where(peer => only.Length == 0 || only.Contains(peer.Key)).ToList();
        var all = peers.ToDictionary(peer => peer.Key, _ => new List<Figures>());
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
        var medians = all.ToDictionary(peer => peer.Key, peer => Median(peer.Value));
        foreach (var (name, figures) in medians)
        {
            Console.WriteLine(Row(name, figures));
        }

        return medians.TryGetValue(Contestants.Bridge, out var bridge) && medians.TryGetValue(Contestants.NodeRed, out var peer) ? Bars(bridge, peer) : 0;
    }

    /// <summary>How many bars are missed.</summary>
    private static int Bars(Figures bridge, Figures peer)
    {
        Console.WriteLine("\nBridge against Node-RED, of the medians");
        return Bar("messages per second", bridge.PerSecond / peer.PerSecond, atLeast: 1.0)
            + Bar("p50 at 500 a second", bridge.P50 / peer.P50, atMost: 3)
            + Bar("p99 at 500 a second", bridge.P99 / peer.P99, atMost: 4)
            + Bar("idle memory", bridge.IdleMegabytes / peer.IdleMegabytes, atMost: 0.75)
            + Bar("start to first message", bridge.StartSeconds / peer.StartSeconds, atMost: 1)
            + Bar("CPU seconds per 10,000", bridge.CpuPer10K / peer.CpuPer10K, atMost: 1.5);
    }

    private static int Bar(string name, double ratio, double atLeast = 0, double atMost = double.MaxValue)
    {
        var held = ratio >= atLeast && ratio <= atMost;
        var bar = atLeast > 0 ? $"at least {atLeast:0.0#}" : $"at most {atMost:0.0#}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {ratio,6:0.00}  {bar,-13} {(held ? "held" : "MISSED")}"));
        return held ? 0 : 1;
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
