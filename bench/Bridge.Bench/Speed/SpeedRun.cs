using System.Diagnostics;

namespace Bridge.Bench.Speed;

/// <summary>One peer's figures in one round.</summary>
internal sealed record Figures(double StartSeconds, double IdleMegabytes, double PerSecond, double CpuPer10K, double Megabytes, double P50, double P99, int Lost);

/// <summary>
/// First ten quiet seconds, after which memory is read; then a closed loop with 2,000 messages in flight, then 500 a second from whose intended send times the
/// latencies count. Daemons run for months, so ten seconds of the loop are warm-up, in which the compilers of .NET and of V8 do most of their work; then the
/// first fifth of the paced phase.
/// </summary>
internal sealed class SpeedRun(Contest contest, string peer, TimeSpan phase)
{
    private const int PacedRate = 500;
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(10);

    public async Task<Figures> RunAsync()
    {
        await using var chain = await Chain.StartAsync(contest, peer, capacity: 4_000_000);
        await Task.Delay(s_quiet, TimeProvider.System, CancellationToken.None);
        var idle = chain.Peer.Rss;
        var (perSecond, cpu) = await SaturateAsync(chain);
        var megabytes = chain.Peer.Rss;
        var (p50, p99) = await PaceAsync(chain);
        return new Figures(chain.StartSeconds, idle, perSecond, cpu, megabytes, p50, p99, chain.Ledger.Lost().Count);
    }

    private async Task<(double PerSecond, double CpuPer10K)> SaturateAsync(Chain chain)
    {
        using var stop = new CancellationTokenSource();
        var running = chain.SendAsync("saturate", new Pace(0, chain.Ledger.Capacity / 2), stop.Token);
        await Task.Delay(s_warmUp, TimeProvider.System, CancellationToken.None);
        var (at, received, cpu) = (Stopwatch.GetTimestamp(), chain.Ledger.Received, chain.Peer.CpuSeconds);
        await Task.Delay(phase, TimeProvider.System, CancellationToken.None);
        var count = chain.Ledger.Received - received;
        var result = (count / Stopwatch.GetElapsedTime(at).TotalSeconds, (chain.Peer.CpuSeconds - cpu) / count * 10_000);
        await stop.CancelAsync();
        await running;
        return result;
    }

    private async Task<(double P50, double P99)> PaceAsync(Chain chain)
    {
        var first = chain.Ledger.Sent;
        var count = (int)(PacedRate * phase.TotalSeconds);
        await chain.SendAsync("pace", new Pace(PacedRate, count), CancellationToken.None);
        var latencies = chain.Ledger.Latencies(first + (count / 5));
        double Milliseconds(double quantile) => latencies.Length == 0 ? double.NaN : latencies[(int)(quantile * (latencies.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        return (Milliseconds(0.5), Milliseconds(0.99));
    }
}
