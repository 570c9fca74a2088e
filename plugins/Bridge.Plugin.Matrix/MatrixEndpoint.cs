using Bridge.Abstractions;
using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;
using Bridge.Plugin.Matrix.Rooms;
using Bridge.Plugin.Matrix.Sending;

namespace Bridge.Plugin.Matrix;

/// <summary>One homeserver, as its application service.</summary>
/// <param name="handler">In tests, in the place of the network.</param>
internal sealed class MatrixEndpoint(EndpointContext context, MatrixOptions options, HttpMessageHandler? handler = null)
    : IEndpoint, IServeHttp, IFindSent, IOpenConversations, IProbe, IRegister
{
    /// <summary>What Matrix can carry at best.</summary>
    public const EventFeature Carries = EventFeature.Text | EventFeature.Edit | EventFeature.Delete | EventFeature.Reaction | EventFeature.Receipt | EventFeature.Typing
        | EventFeature.Location | EventFeature.Conversation | EventFeature.Formatting | EventFeature.Reply | EventFeature.Identity | EventFeature.Outcome | EventFeature.Attachment;

    // Even the edit of a text of this length, in three bytes per letter, fits into an event.
    private const int LongestText = 15_000;

    // A homeserver remembers transactions for 30 to 60 minutes.
    private static readonly EndpointCapabilities s_capabilities = new()
    {
        Sends = Carries,
        Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(25)),
        MaxTextLength = LongestText,
    };

    /// <summary>Between the beginning and the end of a run.</summary>
    public bool IsRunning => _running is not null;

    private readonly MatrixClient _client = new(options.Homeserver, handler, context.Clock);
    private volatile Running? _running;

    /// <summary>A homeserver sends 100 events of 64 kB in one transaction, and as much of what passes.</summary>
    public long MostBytes => 32_000_000;

    public EndpointCapabilities CapabilitiesOf(Address address) => _running?.Capabilities ?? s_capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            var session = await Connecting.AsServiceAsync(context, options, _client, inbox, stopping);
            using var running = new Running(session);
            await running.Rooms.LoadAsync(stopping);
            await running.LearnLimitsAsync(stopping);
            _client.Trouble = running.Watch.Tell;
            _running = running;
            inbox.Connected();
            await running.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // An ordinary end.
        }
        finally
        {
            _running = null;
            _client.Trouble = _ => { };
        }
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) =>
        _running is { } running ? await running.Dispatch.SendAsync(outbound, cancellationToken) : new SendResult.Deferred("not connected");

    public async ValueTask<EquatableArray<NativeId>?> FindSentAsync(Outbound outbound, CancellationToken cancellationToken) =>
        _running is { } running
            ? await running.Sent.FindAsync(outbound, await running.Rooms.RoomOfAsync(outbound.To.Rest, cancellationToken), cancellationToken)
            : null;

    public async ValueTask<OpenResult> OpenAsync(ConversationRequest request, CancellationToken cancellationToken)
    {
        if (_running is not { } running)
        {
            return new OpenResult.Deferred("not connected");
        }

        try
        {
            return new OpenResult.Opened(new Address(context.Id, await running.Maker.OpenAsync(request, cancellationToken)));
        }
        catch (MatrixException failure)
        {
            return Answers.OfOpening(failure);
        }
    }

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken) =>
        _running is { } running ? await running.Desk.ServeAsync(call, cancellationToken) : Replies.Error(503, "M_UNKNOWN");

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var version = await Connecting.CheckVersionsAsync(_client, cancellationToken);
        var registration = await Connecting.RegistrationOfAsync(context.Id, options, cancellationToken);
        await Connecting.WhoAmIAsync(_client, new Actor("", registration.AsToken, IsAssumed: false), cancellationToken);
        return new ProbeResult.Works($"the homeserver speaks Matrix {version} and knows the application service");
    }

    public ValueTask<EquatableArray<RegistrationDocument>> RegistrationAsync(Uri? reachedAt, CancellationToken cancellationToken) =>
        new Registering(context, options, _client).DocumentsAsync(reachedAt, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The parts of one run, put together.</summary>
    private sealed class Running : IDisposable
    {
        private readonly Chores _chores;
        private readonly Receiver _receiver;
        private readonly Session _session;
        private readonly MediaUploader _uploader;
        private readonly MediaFetcher _fetcher;

        public Running(Session session)
        {
            _session = session;
            _uploader = new MediaUploader(session.Client, session.Context.Blobs, session.Context.Clock);
            _fetcher = new MediaFetcher(session.Client, session.Context.Blobs, session.Context.Clock);
            var joining = new Joining(session);
            var ghosts = new GhostBook(session);
            Maker = new RoomMaker(session, joining);
            Rooms = new RoomBook(session, Maker, joining);
            Sent = new SentBook(session, joining);
            Dispatch = new Dispatch(session, ghosts, Rooms, joining, Sent, new Attaching(session, _uploader));
            Watch = new HomeserverWatch(session, session.Registration);
            _chores = new Chores(session, joining);
            _receiver = new Receiver(session, Rooms, new NameBook(session), _chores, new Collecting(session, _fetcher));
            Desk = new Desk(session, session.Registration!, _receiver, ghosts);
        }

        public EndpointCapabilities Capabilities { get; private set; } = s_capabilities;

        public RoomMaker Maker { get; }

        public RoomBook Rooms { get; }

        public SentBook Sent { get; }

        public Dispatch Dispatch { get; }

        public HomeserverWatch Watch { get; }

        public Desk Desk { get; }

        /// <summary>Ends when one of its parts does, and then ends the others.</summary>
        public async Task RunAsync(CancellationToken stopping)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            Task[] parts = [Watch.RunAsync(ending.Token), _chores.RunAsync(ending.Token)];
            var first = await Task.WhenAny(parts);
            await ending.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }

        public async Task LearnLimitsAsync(CancellationToken cancellationToken)
        {
            var most = _session.Options.MaxMedia.Bytes;
            Capabilities = s_capabilities with { MaxAttachment = Math.Min(most, await _uploader.LimitAsync(_session.Bot, cancellationToken) ?? most) };
        }

        public void Dispose()
        {
            _receiver.Dispose();
            _fetcher.Dispose();
        }
    }
}
