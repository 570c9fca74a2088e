using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Receiving;
using Bridge.Plugin.Matrix.Rooms;
using Bridge.Plugin.Matrix.Sending;

namespace Bridge.Plugin.Matrix;

/// <summary>The parts of one run of the endpoint, put together.</summary>
internal sealed class Running : IDisposable
{
    private readonly Session _session;
    private readonly MediaUploader _uploader;
    private readonly MediaFetcher _fetcher;
    private readonly Profiles _profiles;
    private readonly Aliases _aliases;
    private readonly Chores _chores;
    private readonly Receiver _receiver;
    private readonly SyncLoop? _sync;

    /// <param name="patience">Outlives the run.</param>
    public Running(Session session, FilePatience patience)
    {
        _session = session;
        _uploader = new MediaUploader(session.Client, session.Context.Blobs, session.Context.Clock);
        _fetcher = new MediaFetcher(session.Client, session.Context.Blobs, session.Context.Clock);
        var joining = new Joining(session);
        var pictures = new Pictures(session, _uploader);
        _profiles = new Profiles(session);
        var ghosts = new GhostBook(session, _profiles, pictures);
        var maker = new RoomMaker(session, joining, pictures);
        Rooms = new RoomBook(session, maker, joining);
        _aliases = new Aliases(session, Rooms);
        var reading = new Reading(session, Rooms, new NameBook(session), new Collecting(session, _fetcher, patience));
        Chats = new BegunChats(session, ghosts, Rooms, maker, joining, reading);
        Sent = new SentBook(session, joining);
        var selfTest = new SelfTest(session, maker);
        Watch = new HomeserverWatch(session, selfTest);
        var upgrades = new Upgrades(session, Rooms, joining, new Beginnings(session, reading));
        var receipts = new ReceiptBook();
        Dispatch = new Dispatch(session, ghosts, Rooms, upgrades, joining, Sent, receipts, new Attaching(session, _uploader), Chats);
        _chores = new Chores(session, joining, upgrades);
        upgrades.Written = _chores.Look;
        History = new History(session, Rooms, joining, reading);
        _receiver = new Receiver(session, Rooms, _aliases, reading, receipts, _chores, selfTest);
        if (session.Registration is { } registration)
        {
            Desk = new Desk(session, registration, _receiver, ghosts);
        }
        else
        {
            _sync = new SyncLoop(session, _receiver);
        }
    }

    public BegunChats Chats { get; }

    public RoomBook Rooms { get; }

    public SentBook Sent { get; }

    public Dispatch Dispatch { get; }

    public History History { get; }

    public HomeserverWatch Watch { get; }

    /// <summary>Null of one account, which hears by asking.</summary>
    public Desk? Desk { get; }

    /// <summary>The longest file that can be sent, as far as it is known.</summary>
    public long MaxAttachment => Math.Min(_session.Options.MaxMedia.Bytes, _uploader.Limit);

    /// <summary>Learns what must be known before anything is sent.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_session.HasGhosts)
        {
            await _profiles.NameBotAsync(cancellationToken); // a lone account keeps the name that it was given
        }

        await RecallAsync(cancellationToken);
        await _aliases.ResolveAsync(cancellationToken);
        await _uploader.LearnLimitAsync(_session.Bot, cancellationToken);
    }

    /// <summary>In one pass: there is an entry for every ghost and every room, and to find any of them all are opened.</summary>
    private async Task RecallAsync(CancellationToken cancellationToken)
    {
        await foreach (var (key, value) in _session.Context.State.ListAsync("", cancellationToken))
        {
            Rooms.Recall(key, value.Span);
            _chores.Recall(key);
        }
    }

    /// <summary>Ends when one of its parts does, and then ends the others.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        List<Task> parts = [_aliases.RunAsync(ending.Token), _chores.RunAsync(ending.Token), Watch.RunAsync(ending.Token)];
        if (_sync is not null)
        {
            parts.Add(_sync.RunAsync(ending.Token));
        }

        var first = await Task.WhenAny(parts);
        await ending.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _fetcher.Dispose();
    }
}
