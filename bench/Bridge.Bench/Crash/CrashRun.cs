using System.Diagnostics;
using Bridge.Bench.Load;
using Bridge.Bench.Peers;

namespace Bridge.Bench.Crash;

/// <summary>How the daemon is loaded while it is killed.</summary>
internal enum CrashMode
{
    /// <summary>500 messages a second.</summary>
    Steady,

    /// <summary>2,000 messages in flight from source to sink, as fast as they go.</summary>
    Saturation,

    /// <summary>500 a second, and the destination broker is down around every kill.</summary>
    Outage,

    /// <summary>As steady, but stopped with SIGTERM: nothing may come twice then.</summary>
    Term,

    /// <summary>As steady, and the disk of the data folder is full around every kill.</summary>
    Disk,
}

/// <summary>
/// Kills the daemon at random moments, from outside, and starts it again, while a source keeps what broker A acknowledged to it and a sink sees
/// what broker B delivers. Embedded: the source publishes to the daemon itself. Afterwards every acknowledged message must have been seen, in order per topic, duplicates within what was in flight.
/// </summary>
internal sealed class CrashRun(CrashMode mode, bool embedded, int kills, int seed, string host, string folder)
{
    // What reached the sink so shortly before a kill is in flight too: its result may not have been recorded yet (lazily, where a repeat is harmless).
    private static readonly TimeSpan s_unrecorded = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(seed);
    private SmallDisk? _disk;
    private int _mayDouble;
    private long? _fullSince; // a round without a kill leaves less time than until results are written again
    private int _slowStops;

    public async Task<int> RunAsync()
    {
        using var brokerA = new Mosquitto(folder, "a");
        using var brokerB = new Mosquitto(folder, "b");
        if (!embedded)
        {
            await brokerA.StartAsync();
        }

        var sourcePort = brokerA.Port;
        await brokerB.StartAsync();
        using var daemon = new BridgeDaemon(host, folder, sourcePort, brokerB.Port, embedded);
        using var disk = _disk = mode == CrashMode.Disk ? new SmallDisk(daemon.DataFolder) : null;
        daemon.Start();
        await daemon.Process.ReadyAsync(TimeSpan.FromSeconds(60));

        var ledger = new Ledger(keys: 16, capacity: 10_000_000);
        using var stopSource = new CancellationTokenSource();
        using var stopSink = new CancellationTokenSource();
        var sink = new Sink(ledger, brokerB.Port, "sink");
        var sinking = Task.Factory.StartNew(() => sink.Run(stopSink.Token), TaskCreationOptions.LongRunning);
        await sink.Subscribed;
        using var source = new Source(ledger, sourcePort, "source") { Rate = mode == CrashMode.Saturation ? 0 : 500 };
        var sourcing = Task.Factory.StartNew(() => source.Run(ledger.Capacity, stopSource.Token), TaskCreationOptions.LongRunning);

        var began = Stopwatch.GetTimestamp();
        for (var kill = 1; kill <= kills; kill++)
        {
            await KillOnceAsync(daemon, brokerB, ledger);
            if (kill % 10 == 0 || kill == kills)
            {
                Console.WriteLine($"  {kill} kills, {ledger.Acknowledged} acknowledged, {ledger.Received} received, {ledger.Duplicates} twice");
            }
        }

        await stopSource.CancelAsync();
        await sourcing;
        var drained = await DrainAsync(ledger, daemon);
        await stopSink.CancelAsync();
        await sinking;
        return Report(ledger, drained, daemon, Stopwatch.GetElapsedTime(began));
    }

    private async Task KillOnceAsync(BridgeDaemon daemon, Mosquitto brokerB, Ledger ledger)
    {
        await PauseAsync(100, 900);
        await BreakAsync(brokerB);
        // With a full disk every second round goes on without a kill: it must recover by itself.
        if (_disk is not null && _random.Next(2) == 0)
        {
            _disk.Free();
            return;
        }

        End(daemon, ledger);
        _disk?.Free();
        daemon.Process.Dispose();
        daemon.Start();
        if (mode == CrashMode.Outage)
        {
            await PauseAsync(300, 1200);
            await brokerB.StartAsync();
        }

        // One kill in four hits the daemon while it starts or recovers, the others after work has gone on.
        if (_random.Next(4) > 0)
        {
            await daemon.Process.ReadyAsync(TimeSpan.FromSeconds(60));
            await ProgressAsync(ledger);
        }
    }

    /// <summary>What else is broken around this kill.</summary>
    private async Task BreakAsync(Mosquitto brokerB)
    {
        if (mode == CrashMode.Outage)
        {
            brokerB.Stop();
            await PauseAsync(100, 700);
        }

        if (_disk is not null)
        {
            _fullSince ??= Stopwatch.GetTimestamp();
            _disk.Fill();
            await PauseAsync(200, 1000);
        }
    }

    private void End(BridgeDaemon daemon, Ledger ledger)
    {
        _mayDouble += ledger.InFlight + ledger.ReceivedWithin(Unrecorded());
        if (mode == CrashMode.Term)
        {
            _slowStops += daemon.Process.Terminate(TimeSpan.FromSeconds(10)) ? 0 : 1;
        }
        else
        {
            daemon.Process.Kill();
        }
    }

    /// <summary>For how long results may not have been written: none are while the disk is full, and what was in flight goes on to the sink.</summary>
    private TimeSpan Unrecorded()
    {
        var full = _fullSince is { } since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;
        _fullSince = null;
        return s_unrecorded + full;
    }

    private static async Task ProgressAsync(Ledger ledger)
    {
        var (before, since) = (ledger.Received, Stopwatch.GetTimestamp());
        while (ledger.Received <= before && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    private Task PauseAsync(int from, int to) =>
        Task.Delay(TimeSpan.FromMilliseconds(_random.Next(from, to)), TimeProvider.System, CancellationToken.None);

    private static async Task<bool> DrainAsync(Ledger ledger, BridgeDaemon daemon)
    {
        var (last, since) = (-1, Stopwatch.GetTimestamp());
        while (ledger.Lost().Count > 0 && !daemon.Process.Exited && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(20))
        {
            (last, since) = ledger.Received == last ? (last, since) : (ledger.Received, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        return !daemon.Process.Exited;
    }

    private int Report(Ledger ledger, bool alive, BridgeDaemon daemon, TimeSpan took)
    {
        var lost = ledger.Lost();
        var good = alive && lost.Count == 0 && ledger.Faults.Count == 0 && ledger.Duplicates <= (mode == CrashMode.Term ? 0 : _mayDouble) && _slowStops == 0;
        Console.WriteLine(
            $"{mode}{(embedded ? ", embedded broker" : "")}: {kills} kills in {took.TotalSeconds:0} s (seed {seed}): {ledger.Acknowledged} acknowledged, {lost.Count} lost, {ledger.Duplicates} duplicates "
            + $"(at most {_mayDouble} were in flight), {ledger.Faults.Count} faults, {_slowStops} stops over 10 s: {(good ? "ok" : "FAILED")}");
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
}
