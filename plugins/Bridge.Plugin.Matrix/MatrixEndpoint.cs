using Bridge.Abstractions;
using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;
using Bridge.Plugin.Matrix.Sending;

namespace Bridge.Plugin.Matrix;

/// <summary>One homeserver, as its application service or through one account.</summary>
/// <param name="handler">In tests, in the place of the network.</param>
internal sealed class MatrixEndpoint(EndpointContext context, MatrixOptions options, HttpMessageHandler? handler = null)
    : IEndpoint, IServeHttp, IFindSent, IOpenConversations, IReadHistory, IProbe, IRegister
{
    /// <summary>What Matrix can carry at best.</summary>
    public const EventFeature Carries = EventFeature.Text | EventFeature.Edit | EventFeature.Delete | EventFeature.Reaction | EventFeature.Receipt | EventFeature.Typing
        | EventFeature.Location | EventFeature.Conversation | EventFeature.Formatting | EventFeature.Reply | EventFeature.Identity | EventFeature.Outcome | EventFeature.Attachment;

    // Even the edit of a text of this length, in three bytes per letter, fits into an event.
    private const int LongestText = 15_000;

    // A homeserver remembers transactions for 30 to 60 minutes.
    private volatile EndpointCapabilities _capabilities = new()
    {
        Sends = options.Appservice is null ? Carries & ~EventFeature.Identity : Carries,
        Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(25)),
        MaxTextLength = LongestText,
        MayEcho = false,
    };

    private readonly MatrixClient _client = new(options.Homeserver, handler, context.Clock);
    private readonly FilePatience _patience = new(context.Clock);
    private volatile Running? _running;

    /// <summary>Between the beginning and the end of a run.</summary>
    public bool IsRunning => _running is not null;

    /// <summary>A homeserver sends 100 events of 64 kB in one transaction, and as much of what passes.</summary>
    public long MostBytes => 32_000_000;

    /// <summary>How long a file may be is learned from the homeserver: at the start, or later when it did not say then.</summary>
    public EndpointCapabilities CapabilitiesOf(Address address) => _running is { MaxAttachment: var most } && most != _capabilities.MaxAttachment
        ? _capabilities = _capabilities with { MaxAttachment = most }
        : _capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            var session = options.Appservice is null
                ? await Connecting.AsAccountAsync(context, options, _client, inbox, stopping)
                : await Connecting.AsServiceAsync(context, options, _client, inbox, stopping);
            using var running = new Running(session, _patience);
            await running.PrepareAsync(stopping);
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

    /// <summary>Where the homeserver refuses to tell, it does so for ever: what was asked for is tried, or uncertain, and not asked again.</summary>
    public async ValueTask<EquatableArray<NativeId>?> FindSentAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        var running = _running ?? throw new IOException("not connected");
        try
        {
            return await running.Sent.FindAsync(outbound, await running.Rooms.RoomOfAsync(outbound.To.Rest, cancellationToken), cancellationToken);
        }
        catch (MatrixException failure) when (!failure.IsPassing)
        {
            return null;
        }
    }

    public async ValueTask<OpenResult> OpenAsync(ConversationRequest request, CancellationToken cancellationToken)
    {
        if (_running is not { } running)
        {
            return new OpenResult.Deferred("not connected");
        }

        try
        {
            return new OpenResult.Opened(new Address(context.Id, await running.Chats.OpenAsync(request, cancellationToken)));
        }
        catch (MatrixException failure)
        {
            return Answers.OfOpening(failure);
        }
    }

    public async ValueTask<IReadOnlyList<Inbound>> LatestAsync(Address conversation, int most, CancellationToken cancellationToken) =>
        _running is { } running ? await running.History.LatestAsync(conversation.Rest, most, cancellationToken) : throw new IOException("not connected");

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken) =>
        _running is not { } running ? Replies.Error(503, "M_UNKNOWN")
        : running.Desk is { } desk ? await desk.ServeAsync(call, cancellationToken)
        : Replies.Error(404, MatrixException.Unrecognized); // one account hears by asking

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var version = await Connecting.CheckVersionsAsync(_client, cancellationToken);
        await Connecting.WhoAmIAsync(_client, await Connecting.OurselvesAsync(context.Id, options, cancellationToken), cancellationToken);
        if (await Connecting.ArePuppetsRefusedAsync(_client, options, cancellationToken))
        {
            return new ProbeResult.Fails(Connecting.PuppetsRefused, Connecting.PuppetsCure);
        }

        return new ProbeResult.Works($"the homeserver speaks Matrix {version} and knows {(options.Appservice is null ? "the account" : "the application service")}");
    }

    public ValueTask<EquatableArray<RegistrationDocument>> RegistrationAsync(Uri? reachedAt, CancellationToken cancellationToken) =>
        new Registering(context, options, _client).DocumentsAsync(reachedAt, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
