using System.Collections.Concurrent;
using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>
/// A homeserver for tests: real HTTP on 127.0.0.1, behaving as Synapse 1.141 does towards an application service and a client, with its oddities, and
/// with faults on demand. What its database would hold survives <see cref="RestartAsync"/>; the transaction memory does not.
/// </summary>
public sealed class Homeserver : IAsyncDisposable
{
    private const int MostRemembered = 100_000;

    private readonly World _world;
    private readonly MediaCalls _media;
    private readonly List<(AppService Service, TransactionPusher Pusher, ServiceClient Client)> _services = [];
    private readonly ConcurrentDictionary<Operation, int> _counts = new();
    private readonly ConcurrentQueue<MatrixCall> _calls = new();
    private readonly CallServer _server;
    private CancellationTokenSource _stopping = new();
    private List<Task> _running = [];

    private Homeserver(HomeserverOptions options)
    {
        Options = options;
        _world = new World(options.ServerName, options.Clock) { Happened = Tell, HappenedInPassing = TellInPassing };
        Transactions = new TransactionMemory(options.Clock);
        Acts = new Acts(_world);
        _media = new MediaCalls(options.ServerName, options);
        var routes = new Routes(
        [
            .. new EventCalls(_world, Acts.Sending, Acts.Passing, Transactions).Routes,
            .. new RoomCalls(_world, Acts.Making, Acts.Membership, options).Routes,
            .. new AccountCalls(_world, Acts.Membership, options).Routes,
            .. new ReadingCalls(_world).Routes,
            .. new SyncCalls(_world, options.Clock).Routes,
            .. new ServiceCalls(_world, Acts, ClientOf, service => PusherOf(service).Retry()).Routes,
            .. _media.Routes,
        ]);
        _server = new CallServer(_world, routes, Faults, options, PassAsync, Remember);
    }

    public HomeserverOptions Options { get; }

    /// <summary>What the homeserver remembers of transaction ids.</summary>
    public TransactionMemory Transactions { get; }

    /// <summary>What goes wrong on purpose.</summary>
    public Faults Faults { get; } = new();

    /// <summary>Called before and after each answer and each push; awaited.</summary>
    public Func<Passage, Task>? OnPassage { get; set; }

    /// <summary>Where it listens.</summary>
    public Uri Url => _server.Url;

    public string ServerName => Options.ServerName;

    /// <summary>The last calls that came, oldest first; at most 100,000.</summary>
    public IReadOnlyList<MatrixCall> Calls => [.. _calls];

    /// <summary>How many media are kept.</summary>
    public int MediaCount => _media.Count;

    internal Acts Acts { get; }

    public static async Task<Homeserver> StartAsync(HomeserverOptions? options = null, params IReadOnlyList<AppService> services)
    {
        var homeserver = new Homeserver(options ?? new HomeserverOptions());
        foreach (var service in services)
        {
            homeserver.Register(service);
        }

        await homeserver.StartAgainAsync();
        return homeserver;
    }

    /// <summary>Reads one more registration file; in force from the next start, as with Synapse, or at once before the first.</summary>
    public void Register(AppService service)
    {
        var client = new ServiceClient(service, Options);
        var pusher = new TransactionPusher(_world, Options, client, PassAsync);
        lock (_world.Gate)
        {
            _world.Services.Add(service);
            _services.Add((service, pusher, client));
        }
    }

    /// <summary>Stops listening and pushing. Rooms, users and undelivered events stay; transaction ids are forgotten.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _server.StopAsync();
        await Task.WhenAll(_running);
        Transactions.Clear();
    }

    /// <summary>Starts it after <see cref="StopAsync"/>, on the same port.</summary>
    public async Task StartAgainAsync()
    {
        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        await _server.StartAsync();
        _running = [.. _services.Select(entry => Task.Run(() => entry.Pusher.RunAsync(_stopping.Token)))];
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>An ordinary user, made when there is none of that name yet.</summary>
    public MatrixUser User(string localpart) => UserOf($"@{localpart}:{ServerName}", localpart);

    /// <summary>The same, of another homeserver.</summary>
    public MatrixUser Stranger(string localpart, string server) => UserOf($"@{localpart}:{server}", localpart);

    private MatrixUser UserOf(string userId, string localpart)
    {
        lock (_world.Gate)
        {
            if (!_world.Accounts.ContainsKey(userId))
            {
                _world.Add(userId).DisplayName = localpart;
            }

            var token = $"syt_{localpart}";
            _world.Sessions[token] = userId;
            return new MatrixUser(userId, token, _world, Acts, _media);
        }
    }

    /// <summary>How often this was asked for.</summary>
    public int Count(Operation operation) => _counts.GetValueOrDefault(operation);

    /// <summary>The messages of a room that stand, oldest first.</summary>
    public IReadOnlyList<RoomEvent> MessagesIn(string room) =>
        EventsIn(room, happened => happened is { Type: "m.room.message" or "m.sticker", RedactedBy: null });

    /// <summary>The events of a room, oldest first.</summary>
    public IReadOnlyList<RoomEvent> EventsIn(string room, Func<RoomEvent, bool>? wanted = null)
    {
        lock (_world.Gate)
        {
            return [.. _world.RoomOf(room).All.Where(wanted ?? (_ => true))];
        }
    }

    /// <summary>How often a body exists in a room, taken back or not.</summary>
    public int CountOf(string room, string body) => EventsIn(room, happened => happened.Type == "m.room.message" && happened.Body == body).Count;

    /// <summary>The rooms, in no order.</summary>
    public IReadOnlyList<Room> Rooms
    {
        get
        {
            lock (_world.Gate)
            {
                return [.. _world.Rooms.Values];
            }
        }
    }

    /// <summary>The id of an alias; null when there is none.</summary>
    public string? RoomOf(string alias)
    {
        lock (_world.Gate)
        {
            return _world.Aliases.GetValueOrDefault(alias);
        }
    }

    /// <summary>True when the user exists.</summary>
    public bool Knows(string userId)
    {
        lock (_world.Gate)
        {
            return _world.Accounts.ContainsKey(userId);
        }
    }

    /// <summary>The content of a state event; null when there is none.</summary>
    public JsonElement? StateOf(string room, string type, string key = "")
    {
        lock (_world.Gate)
        {
            return _world.RoomOf(room).State.TryGetValue((type, key), out var state) ? state.Content : null;
        }
    }

    /// <summary>Who types in a room now.</summary>
    public IReadOnlySet<string> TypingIn(string room)
    {
        lock (_world.Gate)
        {
            return _world.RoomOf(room).Typing.ToHashSet();
        }
    }

    /// <summary>Who has read a room up to this event.</summary>
    public IReadOnlySet<string> ReadersOf(string room, string eventId)
    {
        lock (_world.Gate)
        {
            return _world.RoomOf(room).Receipts.Where(receipt => receipt.Value.EventId == eventId).Select(receipt => receipt.Key.User).ToHashSet();
        }
    }

    /// <summary>What stands for a message now: the newest edit that is valid (same sender, same type) or its own text; null when it was taken back.</summary>
    public string? Shown(string room, string eventId)
    {
        lock (_world.Gate)
        {
            var all = _world.RoomOf(room).All;
            var original = all.Find(happened => happened.Id == eventId);
            if (original is null or { RedactedBy: not null })
            {
                return null;
            }

            var edit = all.FindLast(happened => happened.Sender == original.Sender && happened.Type == original.Type && happened.RedactedBy is null
                && happened.Relation is { Kind: "m.replace" } replaces && replaces.Target == eventId);
            return edit is null ? original.Body : edit.Content.GetProperty("m.new_content").GetProperty("body").GetString();
        }
    }

    /// <summary>The bytes of a medium; null when there is none.</summary>
    public (byte[] Bytes, string ContentType)? Media(string mxc) => _media.Find(mxc);

    /// <summary>What pushes to an application service.</summary>
    public TransactionPusher PusherOf(AppService service) => _services.Find(entry => entry.Service == service).Pusher;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _services.ForEach(entry => entry.Client.Dispose());
        _stopping.Dispose();
    }

    private ServiceClient ClientOf(AppService service) => _services.Find(entry => entry.Service == service).Client;

    // Also the echoes of the service's own ghosts.
    private void Tell(Room room, RoomEvent happened)
    {
        foreach (var (_, pusher, _) in Interested(room, happened))
        {
            pusher.Take(happened);
        }
    }

    private void TellInPassing(Room room, object ephemeral)
    {
        foreach (var (service, pusher, _) in Interested(room, null))
        {
            if (service.PushesEphemeral)
            {
                pusher.TakeInPassing(ephemeral);
            }
        }
    }

    private IEnumerable<(AppService Service, TransactionPusher Pusher, ServiceClient Client)> Interested(Room room, RoomEvent? happened) =>
        _services.Where(entry => entry.Service.Url is not null
        && ((happened is not null && (entry.Service.MayActAs(happened.Sender) || (happened.StateKey is { } key && entry.Service.MayActAs(key))))
            || room.InterestedUsers(entry.Service) > 0));

    private Task PassAsync(Passage passage) => OnPassage?.Invoke(passage) ?? Task.CompletedTask;

    private void Remember(MatrixCall call)
    {
        _counts.AddOrUpdate(call.Operation, 1, (_, count) => count + 1);
        if (!Options.RemembersCalls)
        {
            return;
        }

        _calls.Enqueue(call);
        if (_calls.Count > MostRemembered)
        {
            _calls.TryDequeue(out _);
        }
    }
}
