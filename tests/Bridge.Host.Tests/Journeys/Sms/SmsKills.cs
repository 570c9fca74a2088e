using System.Globalization;
using Bridge.Testing.Matrix;
using Bridge.Testing.Sms;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>
/// Alice in a room and a person with a phone, linked, both talking, and a daemon that the double kills where it is aimed at. At the end whatever either said must have
/// come to the other once, or stand as uncertain where alice sees it.
/// </summary>
internal sealed class SmsKills : IAsyncDisposable
{
    private static readonly TimeSpan s_patienceOfAKill = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_betweenWords = TimeSpan.FromMilliseconds(250);

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
    public List<string> Kills { get; } = [];

    public SmsTalk Talk => _talk;

    public MatrixProcess Daemon => _daemon;

    public static async Task<SmsKills> BeginAsync(string driver)
    {
        var daemon = new MatrixProcess();
        var kills = new SmsKills(await Homeserver.StartAsync(null, daemon.Service), daemon, await SmsSide.StartAsync(driver));
        daemon.Start();
        await daemon.JoinAsync(kills._homeserver, kills._alice, kills._room);
        return kills;
    }

    /// <summary>They talk, the daemon dies where it is aimed at, and lives again.</summary>
    public async Task KillAsync(SmsAim aim)
    {
        _hit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _aim, aim);
        await TalkUntilHitAsync(aim.Moment is null ? s_betweenWords : s_patienceOfAKill);
        if (!_hit.Task.IsCompleted)
        {
            Volatile.Write(ref _aim, null);
            _daemon.Kill();
            Kills.Add("at any time");
        }

        _daemon.Start();
    }

    /// <summary>Says a last word each, and waits until everything is settled.</summary>
    public async Task<SmsAccount> SettleAsync()
    {
        _talk.Say();
        await _daemon.UntilAsync(() => _talk.IsThrough, $"all is through; killed {string.Join(", ", Kills)}; {_talk.Account()}");
        return _talk.Account();
    }

    public async ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        await _side.DisposeAsync();
        await _homeserver.DisposeAsync();
    }

    private async Task TalkUntilHitAsync(TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_hit.Task.IsCompleted && TimeProvider.System.GetElapsedTime(began) < patience)
        {
            _talk.Say();
            await Task.WhenAny(_hit.Task, Task.Delay(s_betweenWords, TimeProvider.System, CancellationToken.None));
        }
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
        Kills.Add(string.Create(CultureInfo.InvariantCulture, $"{passage.Moment} {SmsTalk.NumberOf(passage.Part.Text)}.{passage.Part.Sequence}"));
        if (SmsAim.LeavesInDoubt(passage))
        {
            _talk.MustBeInDoubt(passage.Part.Text);
        }

        _hit.TrySetResult();
        return aim.IsHeard;
    }
}
