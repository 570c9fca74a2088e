using System.Diagnostics;
using Bridge.Testing.Matrix;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>
/// A link between two rooms, people who talk in both, and a daemon that is killed at the passages of the homeserver: as it takes a call, before and after it answers,
/// before and after it pushes. Meanwhile the homeserver restarts or forgets its transactions. At the end everything said in one room must be in the other, once.
/// </summary>
internal sealed class MatrixKills : IAsyncDisposable
{
    private const string Bot = "@bridge:hs.test";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_patienceOfAKill = TimeSpan.FromSeconds(20);

    private readonly Random _random;
    private readonly Homeserver _homeserver;
    private readonly Workspace _workspace;
    private readonly MatrixUser _alice;
    private readonly MatrixUser _bob;
    private readonly string _roomOfAlice;
    private readonly string _roomOfBob;
    private readonly List<string> _saidByAlice = [];
    private readonly List<string> _saidByBob = [];
    private Process? _daemon;
    private CapturedLines? _log;
    private Func<Passage, bool>? _aim;
    private TaskCompletionSource _hit = new();

    private MatrixKills(int seed, Homeserver homeserver, int port)
    {
        _random = new Random(seed);
        _homeserver = homeserver;
        (_alice, _bob) = (homeserver.User("alice"), homeserver.User("bob"));
        (_roomOfAlice, _roomOfBob) = (_alice.CreateRoom("a"), _bob.CreateRoom("b"));
        _workspace = new Workspace($$"""
            version: 1
            http: { listen: "127.0.0.1:{{port}}" }
            endpoints:
              matrix: { plugin: matrix, homeserver: "{{homeserver.Url}}", appservice: { id: bridge, as_token: as-token, hs_token: hs-token } }
            links:
              - { id: both, between: ["matrix:{{_roomOfAlice}}", "matrix:{{_roomOfBob}}"] }
            """);
        homeserver.OnPassage = PassAsync;
    }

    /// <summary>Where the daemon was killed, for the report.</summary>
    public List<string> Kills { get; } = [];

    public static async Task<MatrixKills> BeginAsync(int seed)
    {
        var port = MosquittoBroker.FreePort();
        var service = new AppService { Url = new Uri($"http://127.0.0.1:{port}/endpoints/matrix") };
        var kills = new MatrixKills(seed, await Homeserver.StartAsync(null, service), port);
        kills.StartDaemon();
        await kills.UntilAsync(() => kills._homeserver.Knows(Bot), "the bot is registered");
        foreach (var (user, room) in ((MatrixUser, string)[])[(kills._alice, kills._roomOfAlice), (kills._bob, kills._roomOfBob)])
        {
            user.Invite(room, Bot);
            await kills.UntilAsync(() => kills._homeserver.StateOf(room, "m.room.member", Bot)?.GetProperty("membership").GetString() == "join", "the bot is in the room");
        }

        return kills;
    }

    /// <summary>People talk, the daemon dies where it is aimed at, and lives again.</summary>
    public async Task KillAsync()
    {
        var (name, aim) = Aim();
        _hit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _aim, aim);
        Talk();
        if (await Task.WhenAny(_hit.Task, Task.Delay(s_patienceOfAKill, TimeProvider.System)) != _hit.Task)
        {
            Volatile.Write(ref _aim, null);
            Kill();
            name = "at any time";
        }

        Kills.Add(name);
        switch (_random.Next(4))
        {
            case 0:
                _homeserver.Transactions.Clear();
                break;
            case 1:
                await _homeserver.RestartAsync();
                break;
        }

        StartDaemon();
        if (_random.Next(2) == 0)
        {
            await UntilAsync(IsThrough, "all is through");
        }
    }

    /// <summary>Everything once, in order; anything else is told.</summary>
    public async Task<string> AccountAsync()
    {
        Talk();
        await UntilAsync(IsThrough, "all is through");
        return Account(_saidByAlice, _alice, _roomOfBob) + Account(_saidByBob, _bob, _roomOfAlice);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _homeserver.DisposeAsync();
        _workspace.Dispose();
    }

    private bool IsThrough() => _homeserver.CountOf(_roomOfBob, _saidByAlice[^1]) > 0 && _homeserver.CountOf(_roomOfAlice, _saidByBob[^1]) > 0;

    private string Account(List<string> said, MatrixUser by, string room)
    {
        var heard = _homeserver.MessagesIn(room).Where(message => message.Sender.StartsWith("@bridge", StringComparison.Ordinal) && message.Body!.StartsWith(by.Id, StringComparison.Ordinal))
            .Select(message => message.Body!).ToList();
        var lost = said.Except(heard).ToList();
        var doubled = heard.GroupBy(body => body).Where(same => same.Count() > 1).Select(same => same.Key).ToList();
        var ordered = heard.Distinct().SequenceEqual(said.Except(lost));
        return $"{(lost.Count > 0 ? $"lost: {string.Join(", ", lost)}; " : "")}{(doubled.Count > 0 ? $"doubled: {string.Join(", ", doubled)}; " : "")}{(ordered ? "" : "out of order; ")}";
    }

    private void Talk()
    {
        for (var i = 0; i < 3; i++)
        {
            _saidByAlice.Add($"{_alice.Id} {_saidByAlice.Count}");
            _alice.Say(_roomOfAlice, _saidByAlice[^1]);
            _saidByBob.Add($"{_bob.Id} {_saidByBob.Count}");
            _bob.Say(_roomOfBob, _saidByBob[^1]);
        }
    }

    private (string Name, Func<Passage, bool> Aim) Aim()
    {
        var moment = (Moment)_random.Next(5);
        var left = _random.Next(1, 4);
        var onlySends = _random.Next(3) > 0;
        var what = moment is Moment.BeforePush or Moment.AfterPush ? "" : onlySends ? " of a message" : " of anything";
        return (moment + what, passage =>
            passage.Moment == moment && (passage.Call is null || !onlySends || passage.Call.Operation == Operation.Send) && Interlocked.Decrement(ref left) == 0);
    }

    private Task PassAsync(Passage passage)
    {
        if (Volatile.Read(ref _aim) is { } aim && aim(passage))
        {
            Volatile.Write(ref _aim, null);
            Kill();
            _hit.TrySetResult();
        }

        return Task.CompletedTask;
    }

    private void StartDaemon()
    {
        _daemon = _workspace.Start(["run"]);
        _ = new CapturedLines(_daemon.StandardOutput);
        _log = new CapturedLines(_daemon.StandardError);
    }

    private void Kill()
    {
        if (_daemon is { HasExited: false } daemon)
        {
            daemon.Kill();
            daemon.WaitForExit();
        }
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, $"not so in time: {what}; killed {string.Join(", ", Kills)}; the daemon's last words:\n{string.Join('\n', _log!.All.TakeLast(20))}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
