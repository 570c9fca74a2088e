using System.Diagnostics;
using System.Net.Sockets;
using Bridge.Bench.Load;
using Bridge.Bench.Peers;
using Bridge.Bench.Wire;

namespace Bridge.Bench.Soak;

/// <summary>
/// One daemon for a long time, 500 messages a second, while its brokers are restarted and its connections are cut at random. Nothing may be lost, and its memory must
/// stay flat: the medians of the last and of the second quarter of the run are compared.
/// </summary>
internal sealed class SoakRun(TimeSpan length, int seed, string host, string folder)
{
    private const int Rate = 500;
    private const int Samples = 60;

    /// <summary>What the garbage collector may leave lying about.</summary>
    private const double MayGrowBy = 1.10;
    private const double MayGrowMegabytes = 5;

    /// <summary>A daemon that was cut off last may wait a minute before it comes back.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(90);

    private readonly Random _random = new(seed);
    private readonly List<double> _rss = [];
    private readonly Dictionary<string, int> _cuts = [];

    public async Task<int> RunAsync()
    {
        using var brokerA = new Mosquitto(folder, "a");
        using var brokerB = new Mosquitto(folder, "b");
        await brokerA.StartAsync();
        await brokerB.StartAsync();
        using var daemon = new BridgeDaemon(host, folder, brokerA.Port, brokerB.Port);
        daemon.Start();
        await daemon.Process.ReadyAsync(TimeSpan.FromSeconds(60));

        var ledger = new Ledger(keys: 16, capacity: (int)(Rate * (length.TotalSeconds + 60)));
        using var stopSource = new CancellationTokenSource();
        using var stopSink = new CancellationTokenSource();
        var sink = new Sink(ledger, brokerB.Port, "sink");
        var sinking = Task.Factory.StartNew(() => sink.Run(stopSink.Token), TaskCreationOptions.LongRunning);
        await sink.Subscribed;
        using var source = new Source(ledger, brokerA.Port, "source") { Rate = Rate };
        var sourcing = Task.Factory.StartNew(() => source.Run(ledger.Capacity, stopSource.Token), TaskCreationOptions.LongRunning);
        await CutAndWatchAsync(brokerA, brokerB, daemon, ledger);

        await stopSource.CancelAsync();
        await sourcing;
        var since = Stopwatch.GetTimestamp();
        while (ledger.Lost().Count > 0 && !daemon.Process.Exited && Stopwatch.GetElapsedTime(since) < s_longestWait)
        {
            await PauseAsync(TimeSpan.FromMilliseconds(100));
        }

        await stopSink.CancelAsync();
        await sinking;
        return Report(ledger, daemon);
    }

    private async Task CutAndWatchAsync(Mosquitto brokerA, Mosquitto brokerB, BridgeDaemon daemon, Ledger ledger)
    {
        var began = Stopwatch.GetTimestamp();
        // Often enough to matter, seldom enough that the daemon's waiting between tries does not become the test.
        var pause = TimeSpan.FromSeconds(Math.Clamp(length.TotalSeconds / 100, 10, 40));
        var nextCut = pause;
        Console.WriteLine("   minute      rss   messages    twice   cuts");
        while (Stopwatch.GetElapsedTime(began) is var elapsed && elapsed < length && !daemon.Process.Exited)
        {
            if (elapsed >= nextCut)
            {
                await CutAsync(brokerA, brokerB);
                nextCut = elapsed + (pause * (0.5 + _random.NextDouble()));
            }

            if (elapsed >= length * _rss.Count / Samples)
            {
                _rss.Add(daemon.Process.Rss);
                Console.WriteLine($"{elapsed.TotalMinutes,9:0.0} {_rss[^1],5:0} MB {ledger.Received,10} {ledger.Duplicates,8} {_cuts.Values.Sum(),6}");
            }

            await PauseAsync(TimeSpan.FromMilliseconds(50));
        }
    }

    private async Task CutAsync(Mosquitto brokerA, Mosquitto brokerB)
    {
        var (broker, name) = _random.Next(2) == 0 ? (brokerA, "a") : (brokerB, "b");
        var restart = _random.Next(3) == 0;
        var what = restart ? $"broker {name} restarted" : $"connection to {name} cut";
        _cuts[what] = _cuts.GetValueOrDefault(what) + 1;
        if (restart)
        {
            broker.Stop();
            await PauseAsync(TimeSpan.FromMilliseconds(_random.Next(100, 2000)));
            await broker.StartAsync();
            return;
        }

        try
        {
            // Another client of the same id takes the session over, and is gone at once: the daemon must come back.
            using var usurper = new MqttWire(broker.Port, $"bridge-{name}", cleanStart: false);
        }
        catch (Exception lost) when (lost is SocketException or IOException)
        {
            // The daemon was quicker and threw it out.
        }
    }

    private int Report(Ledger ledger, BridgeDaemon daemon)
    {
        var (early, late) = (Median(_rss.Count / 4, _rss.Count / 2), Median(_rss.Count * 3 / 4, _rss.Count));
        var flat = late <= (early * MayGrowBy) + MayGrowMegabytes;
        var lost = ledger.Lost();
        var good = flat && !daemon.Process.Exited && lost.Count == 0 && ledger.Faults.Count == 0;
        Console.WriteLine(
            $"soak of {length.TotalMinutes:0.#} minutes (seed {seed}): {ledger.Acknowledged} acknowledged, {lost.Count} lost, {ledger.Duplicates} twice, {ledger.Faults.Count} faults; "
            + $"{string.Join(", ", _cuts.Select(cut => $"{cut.Value} x {cut.Key}"))}; memory {early:0} MB in the second quarter, {late:0} MB in the last: "
            + $"{(flat ? "flat" : "NOT FLAT")}: {(good ? "ok" : "FAILED")}");
        foreach (var fault in ledger.Faults.Take(10))
        {
            Console.WriteLine("  " + fault);
        }

        if (!good)
        {
            Console.WriteLine($"  first lost: {string.Join(", ", lost.Take(10))}\n  the daemon's last words:\n{string.Join('\n', daemon.Process.Output.Split('\n').TakeLast(20))}");
        }

        return good ? 0 : 1;
    }

    private double Median(int from, int to)
    {
        var part = _rss[from..Math.Max(to, from + 1)];
        part.Sort();
        return part[part.Count / 2];
    }

    private static Task PauseAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);
}
