using Bridge.Testing.Matrix;

namespace Bridge.Host.Tests.Journeys;

/// <summary>
/// A link between two rooms, people who talk in both, and a daemon that is killed at the passages of the homeserver: as it takes a call, before and after it answers,
/// before and after it pushes. Meanwhile the homeserver restarts or forgets its transactions. At the end everything said in one room must be in the other, once.
/// </summary>
internal sealed class MatrixKills : IAsyncDisposable
{
    private static readonly TimeSpan s_patienceOfAKill = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_betweenWords = TimeSpan.FromMilliseconds(100);

    private readonly Random _random;
    private readonly Homeserver _homeserver;
    private readonly MatrixProcess _daemon;
    private readonly Talk _alice;
    private readonly Talk _bob;
    private Func<Passage, bool>? _aim;
    private TaskCompletionSource _hit = new();

    private MatrixKills(int seed, Homeserver homeserver, MatrixProcess daemon)
    {
        (_random, _homeserver, _daemon) = (new Random(seed), homeserver, daemon);
        var (alice, bob) = (homeserver.User("alice"), homeserver.User("bob"));
        var (ofAlice, ofBob) = (alice.CreateRoom("a"), bob.CreateRoom("b"));
        (_alice, _bob) = (new Talk(homeserver, alice, ofAlice, ofBob), new Talk(homeserver, bob, ofBob, ofAlice));
        daemon.Configure(homeserver, $"links: [{{ id: both, between: [\"matrix:{ofAlice}\", \"matrix:{ofBob}\"] }}]");
        homeserver.OnPassage = PassAsync;
    }

    /// <summary>Where the daemon was killed, for the report.</summary>
    public List<string> Kills { get; } = [];

    public int Said => _alice.Count + _bob.Count;

    public static async Task<MatrixKills> BeginAsync(int seed)
    {
        var daemon = new MatrixProcess();
        var kills = new MatrixKills(seed, await Homeserver.StartAsync(null, daemon.Service), daemon);
        daemon.Start();
        await daemon.JoinAsync(kills._homeserver, kills._alice.Who, kills._alice.From);
        await daemon.JoinAsync(kills._homeserver, kills._bob.Who, kills._bob.From);
        return kills;
    }

    /// <summary>People talk, the daemon dies where it is aimed at, and lives again.</summary>
    public async Task KillAsync()
    {
        var (name, aim) = Aim();
        _hit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _aim, aim);
        await TalkUntilHitAsync();
        if (!_hit.Task.IsCompleted)
        {
            Volatile.Write(ref _aim, null);
            _daemon.Kill();
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

        _daemon.Start();
        if (_random.Next(2) == 0)
        {
            await UntilThroughAsync();
        }
    }

    /// <summary>Empty when everything is there once and in order; otherwise what is wrong.</summary>
    public async Task<string> AccountAsync()
    {
        Say();
        await UntilThroughAsync();
        return _alice.Account() + _bob.Account();
    }

    public async ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        await _homeserver.DisposeAsync();
    }

    private async Task TalkUntilHitAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_hit.Task.IsCompleted && TimeProvider.System.GetElapsedTime(began) < s_patienceOfAKill)
        {
            Say();
            await Task.WhenAny(_hit.Task, Task.Delay(s_betweenWords, TimeProvider.System, CancellationToken.None));
        }
    }

    private Task UntilThroughAsync() => _daemon.UntilAsync(() => _alice.IsThrough && _bob.IsThrough, $"all is through; killed {string.Join(", ", Kills)}");

    private void Say()
    {
        _alice.Say();
        _bob.Say();
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
            _daemon.Kill();
            _hit.TrySetResult();
        }

        return Task.CompletedTask;
    }

    /// <summary>What one person says in one room, and what of it a ghost says in the other.</summary>
    private sealed class Talk(Homeserver homeserver, MatrixUser who, string from, string to)
    {
        private readonly List<string> _said = [];

        public MatrixUser Who => who;

        public string From => from;

        public int Count => _said.Count;

        public bool IsThrough => homeserver.CountOf(to, _said[^1]) > 0;

        public void Say()
        {
            _said.Add($"{who.Id} {_said.Count}");
            who.Say(from, _said[^1]);
        }

        public string Account()
        {
            var heard = homeserver.MessagesIn(to).Select(message => message.Body!).Where(body => body.StartsWith(who.Id, StringComparison.Ordinal)).ToList();
            var lost = _said.Except(heard).ToList();
            var doubled = heard.GroupBy(body => body).Where(same => same.Count() > 1).Select(same => same.Key).ToList();
            var isOrdered = heard.Distinct().SequenceEqual(_said.Except(lost));
            return (lost.Count > 0 ? $"lost: {string.Join(", ", lost)}; " : "") + (doubled.Count > 0 ? $"doubled: {string.Join(", ", doubled)}; " : "") + (isOrdered ? "" : "out of order; ");
        }
    }
}
