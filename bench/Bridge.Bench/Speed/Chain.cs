using System.Diagnostics;
using Bridge.Bench.Load;
using Bridge.Bench.Peers;

namespace Bridge.Bench.Speed;

/// <summary>source, Mosquitto A, a peer, a destination: 256-byte JSON, QoS 1, 16 topics, one rule. Started once per run.</summary>
internal sealed class Chain : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-speed-").FullName;
    private readonly Mosquitto _a;
    private readonly IDestination _destination;
    private Child? _peer;

    private Chain(Contest contest, int capacity)
    {
        Ledger = new Ledger(keys: 16, capacity);
        (_a, _destination) = (new Mosquitto(_folder, "a"), contest.Destination(_folder, Ledger));
    }

    public Ledger Ledger { get; }

    public Child Peer => _peer!;

    /// <summary>From the peer's start to the first message through it.</summary>
    public double StartSeconds { get; private set; }

    public static async Task<Chain> StartAsync(Contest contest, string peer, int capacity)
    {
        var chain = new Chain(contest, capacity);
        await chain._a.StartAsync();
        await chain._destination.StartAsync();
        var began = Stopwatch.GetTimestamp();
        chain._peer = await contest.Peers[peer](chain._folder, chain._a.Port, chain._destination.Port);
        await chain.SendAsync("first", new Pace(1_000, 1), CancellationToken.None);
        chain.StartSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return chain;
    }

    /// <summary>Sends, and waits until the sink has seen all of it.</summary>
    public async Task SendAsync(string clientId, Pace pace, CancellationToken stopping)
    {
        using var source = new Source(Ledger, _a.Port, clientId, Ledger.Sent) { Rate = pace.Rate, Window = 2_000 };
        var end = Math.Min(Ledger.Capacity, Ledger.Sent + pace.Count);
        await Task.Factory.StartNew(() => source.Run(end, stopping), TaskCreationOptions.LongRunning);
        var since = Stopwatch.GetTimestamp();
        while (Ledger.Lost().Count > 0 && Stopwatch.GetElapsedTime(since) < s_patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _peer?.Terminate(TimeSpan.FromSeconds(10));
        _peer?.Dispose();
        await _destination.DisposeAsync();
        _a.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Messages per second (0: a closed loop of 2,000 in flight), and how many.</summary>
internal readonly record struct Pace(int Rate, int Count);
