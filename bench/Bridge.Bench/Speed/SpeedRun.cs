using System.Diagnostics;
using Bridge.Bench.Load;
using Bridge.Bench.Peers;

namespace Bridge.Bench.Speed;

/// <summary>One peer's figures in one round.</summary>
internal sealed record Figures(double StartSeconds, double IdleMegabytes, double PerSecond, double CpuPer10K, double Megabytes, double P50, double P99, int Lost);

/// <summary>
/// source, Mosquitto A, the peer, Mosquitto B, sink: 256-byte JSON, QoS 1, 16 topics, one rule. First a closed loop with 2,000 messages in
/// flight, then 500 a second from whose intended send times the latencies count. The first fifth of each phase is warm-up.
/// </summary>
internal sealed class SpeedRun(Func<string, int, int, Task<Child>> start, TimeSpan phase)
{
    public async Task<Figures> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("bridge-speed-").FullName;
        using var a = new Mosquitto(folder, "a");
        using var b = new Mosquitto(folder, "b");
        await a.StartAsync();
        await b.StartAsync();

        var began = Stopwatch.GetTimestamp();
        using var peer = await start(folder, a.Port, b.Port);
        var ledger = new Ledger(keys: 16, capacity: 4_000_000);
        using var stop = new CancellationTokenSource();
        var sink = new Sink(ledger, b.Port, "sink");
        var sinking = Task.Factory.StartNew(() => sink.Run(stop.Token), TaskCreationOptions.LongRunning);
        await sink.Subscribed;
        await FirstMessageAsync(ledger, a.Port);
        var startSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var idle = peer.Rss;

        var (perSecond, cpu) = await SaturateAsync(ledger, a.Port, peer);
        var megabytes = peer.Rss;
        var (p50, p99) = await PaceAsync(ledger, a.Port);
        await stop.CancelAsync();
        await sinking;
        var figures = new Figures(startSeconds, idle, perSecond, cpu, megabytes, p50, p99, ledger.Lost().Count);
        peer.Terminate(TimeSpan.FromSeconds(10));
        Directory.Delete(folder, recursive: true);
        return figures;
    }

    private static async Task FirstMessageAsync(Ledger ledger, int port)
    {
        using var source = new Source(ledger, port, "first") { Rate = 1000 };
        await Task.Factory.StartNew(() => source.Run(1, CancellationToken.None), TaskCreationOptions.LongRunning);
        await SeenAsync(ledger, TimeSpan.FromSeconds(30));
    }

    private async Task<(double PerSecond, double CpuPer10K)> SaturateAsync(Ledger ledger, int port, Child peer)
    {
        using var stop = new CancellationTokenSource();
        using var source = new Source(ledger, port, "saturate", ledger.Sent) { Window = 2000 };
        var running = Task.Factory.StartNew(() => source.Run(ledger.Capacity, stop.Token), TaskCreationOptions.LongRunning);
        await Task.Delay(phase / 5, TimeProvider.System, CancellationToken.None);
        var (at, received, cpu) = (Stopwatch.GetTimestamp(), ledger.Received, peer.CpuSeconds);
        await Task.Delay(phase, TimeProvider.System, CancellationToken.None);
        var count = ledger.Received - received;
        var result = (count / Stopwatch.GetElapsedTime(at).TotalSeconds, (peer.CpuSeconds - cpu) / count * 10_000);
        await stop.CancelAsync();
        await running;
        await SeenAsync(ledger, TimeSpan.FromSeconds(30));
        return result;
    }

    private async Task<(double P50, double P99)> PaceAsync(Ledger ledger, int port)
    {
        var (rate, first) = (500, ledger.Sent);
        var count = (int)(rate * phase.TotalSeconds);
        using var source = new Source(ledger, port, "pace", first) { Rate = rate };
        await Task.Factory.StartNew(() => source.Run(first + count, CancellationToken.None), TaskCreationOptions.LongRunning);
        await SeenAsync(ledger, TimeSpan.FromSeconds(30));
        var latencies = ledger.Latencies(first + (count / 5));
        double Milliseconds(double quantile) => latencies.Length == 0 ? double.NaN : latencies[(int)(quantile * (latencies.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        return (Milliseconds(0.5), Milliseconds(0.99));
    }

    private static async Task SeenAsync(Ledger ledger, TimeSpan patience)
    {
        var since = Stopwatch.GetTimestamp();
        while (ledger.Lost().Count > 0 && Stopwatch.GetElapsedTime(since) < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
