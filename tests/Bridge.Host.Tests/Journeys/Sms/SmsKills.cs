using System.Collections.Concurrent;
using Bridge.Testing.Matrix;
using Bridge.Testing.Sms;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>
/// Alice in a room and a person with a phone, linked, both talking, and a daemon that the double kills where it is aimed at. At the end whatever
/// either said must have come to the other once, or stand as uncertain where alice sees it.
/// </summary>
internal sealed class SmsKills : IAsyncDisposable
{
    private static readonly TimeSpan s_longestLife = TimeSpan.FromSeconds(3);

    private readonly Homeserver _homeserver;
    private readonly MatrixProcess _daemon;
    private readonly MatrixUser _alice;
    private readonly string _room;
    private readonly SmsTalk _talk;
    private readonly SmsSide _side;
    private SmsAim? _aim;
    private TaskCompletionSource _hit = new();

    private SmsKills(Homeserver homeserver, MatrixProcess daemon, SmsSide side)
    {
        (_homeserver, _daemon, _side, _alice) = (homeserver, daemon, side, homeserver.User("alice"));
        _room = _alice.CreateRoom("room");
        _talk = new SmsTalk(homeserver, _alice, _room, side);
        daemon.Configure(homeserver, $$"""
              {{side.OptionsAt(daemon.UrlOf("sms"))}}
            links:
              - { id: both, between: ["matrix:{{_room}}", "sms:{{SmsSide.Person}}"] }
            """);
        side.OnPassage = Passes;
    }

    /// <summary>Where the daemon was killed, for the report.</summary>
    public ConcurrentQueue<string> Kills { get; } = [];

    public SmsTalk Talk => _talk;

    public MatrixProcess Daemon => _daemon;

    private string Latest => string.Join(", ", Kills.TakeLast(10));

    public static async Task<SmsKills> BeginAsync(string driver)
    {
        var daemon = new MatrixProcess();
        var kills = new SmsKills(await Homeserver.StartAsync(null, daemon.Service), daemon, await SmsSide.StartAsync(driver));
        daemon.Start();
        await daemon.JoinAsync(kills._homeserver, kills._alice, kills._room);
        return kills;
    }

    /// <summary>They talk, the daemon dies where it is aimed at, and lives again.</summary>
    /// <param name="aim">Where.</param>
    /// <param name="life">How much of its longest life the daemon has before it is killed at any time; of 1.</param>
    public async Task KillAsync(SmsAim aim, double life = 0)
    {
        _hit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _aim, aim);
        if (aim.Moment is null)
        {
            _talk.Say();
            await Task.Delay(s_longestLife * life, TimeProvider.System, CancellationToken.None);
            _daemon.Kill();
            Kills.Enqueue("at any time");
        }

        while (aim.Moment is not null && !_hit.Task.IsCompleted)
        {
            _talk.Say();
            _talk.Say();
            await _daemon.UntilAsync(() => _hit.Task.IsCompleted || _talk.IsThrough, $"a kill at {aim}, or all is through; killed {Latest}");
        }

        _daemon.Start();
    }

    /// <summary>When everything said is through, and then a last word each: what the room is told of earlier ones stands before it.</summary>
    public async Task<SmsAccount> SettleAsync()
    {
        for (var words = 0; words < 2; words++)
        {
            _talk.Say();
            await _daemon.UntilAsync(() => _talk.IsThrough, $"all is through; killed {Latest}");
        }

        return _talk.Account();
    }

    public async ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        await _side.DisposeAsync();
        await _homeserver.DisposeAsync();
    }

    // Called by the double, which waits: the daemon is dead before anything else happens there.
    private bool Passes(SmsPassage passage)
    {
        if (passage.Moment == SmsMoment.Brought)
        {
            _talk.WasBrought(passage.Part.Text);
        }

        if (Volatile.Read(ref _aim) is not { } aim || !aim.Hits(passage))
        {
            return true;
        }

        Volatile.Write(ref _aim, null);
        _daemon.Kill();
        var ending = aim.IsHeard ? " for good" : "";
        Kills.Enqueue($"{passage.Moment}{ending} {SmsTalk.NumberOf(passage.Part.Text)}.{passage.Part.Sequence}");
        if (SmsAim.LeavesInDoubt(passage))
        {
            _talk.MustBeInDoubt(passage.Part.Text);
        }

        _hit.TrySetResult();
        return aim.IsHeard;
    }
}
