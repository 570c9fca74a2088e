using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Endpoints;

/// <summary>
/// One endpoint as delivery sees it: its state, what it can carry, and sending with a time limit. It stands between Core and the plugin's code:
/// whatever that does (throws, hangs, answers null) comes out as a result or as one exception that means "outcome unknown".
/// Made stopped; <see cref="EndpointSupervisor"/> moves it.
/// </summary>
public sealed class EndpointHandle
{
    private const double SlowestUpload = 128 * 1024; // bytes a second
    private static readonly TimeSpan s_lastWord = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_sendTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestUpload = TimeSpan.FromMinutes(15);

    private readonly IEndpoint? _endpoint;
    private readonly AddressFilter _filter;
    private readonly TimeProvider _clock;
    private readonly SendGate _gate = new();
    private volatile EndpointStatus _status;
    private CancellationToken _run;

    /// <param name="id">Its configured name.</param>
    /// <param name="endpoint">Null when it cannot run; see <see cref="ParkReason"/>.</param>
    /// <param name="limits">As configured.</param>
    /// <param name="clock">For the send timeout and <see cref="EndpointStatus.Since"/>.</param>
    /// <param name="filter">Which addresses may be spoken to; null: all.</param>
    /// <param name="parkReason">See <see cref="ParkReason"/>.</param>
    /// <param name="facts">See <see cref="Facts"/>.</param>
    public EndpointHandle(
        EndpointId id,
        IEndpoint? endpoint,
        EndpointLimits limits,
        TimeProvider clock,
        AddressFilter? filter = null,
        string? parkReason = null,
        EndpointFacts? facts = null)
    {
        Id = id;
        _endpoint = endpoint;
        Limits = limits;
        _clock = clock;
        _filter = filter ?? AddressFilter.Everything;
        ParkReason = parkReason;
        Facts = facts ?? new EndpointFacts();
        _status = endpoint is null
            ? new(EndpointPhase.Disabled, parkReason, clock.GetUtcNow())
            : new(EndpointPhase.Starting, null, clock.GetUtcNow());
    }

    public EndpointId Id { get; }

    public EndpointLimits Limits { get; }

    /// <summary>When not null, deliveries are parked with this reason until the configuration changes (switched off, console without a terminal).</summary>
    public string? ParkReason { get; }

    public EndpointStatus Status => _status;

    /// <summary>What the endpoint says of itself.</summary>
    public EndpointFacts Facts { get; }

    /// <summary>True while sends are welcome.</summary>
    public bool Connected => _status.Phase == EndpointPhase.Connected && ParkReason is null;

    /// <summary>The plugin's optional knowledge of what was sent.</summary>
    public IFindSent? FindSent => _endpoint as IFindSent;

    /// <summary>The plugin's optional way to make conversations.</summary>
    public IOpenConversations? Conversations => _endpoint as IOpenConversations;

    /// <summary>The plugin's optional memory of what was said before.</summary>
    public IReadHistory? History => _endpoint as IReadHistory;

    /// <summary>The plugin's optional unit count.</summary>
    public IMeasure? Measure => _endpoint as IMeasure;

    /// <summary>The plugin's optional figures, as they are now; none where it fails.</summary>
    public IReadOnlyList<Figure> Figures
    {
        get
        {
            try
            {
                return (_endpoint as IGauge)?.Figures ?? [];
            }
            catch (Exception)
            {
                return []; // what is shown of an endpoint must not fail with it
            }
        }
    }

    /// <summary>The plugin's optional answers to HTTP requests; ask it while <see cref="Runs"/>.</summary>
    public IServeHttp? Http => _endpoint as IServeHttp;

    /// <summary>True between the begin of a run and its end, connected or not.</summary>
    public bool Runs => _status.Phase is EndpointPhase.Connecting or EndpointPhase.Connected or EndpointPhase.Draining && !_run.IsCancellationRequested;

    /// <summary>Ends with the run that goes on now.</summary>
    public CancellationToken Run => _run;

    /// <summary>What an address can carry. Throws when the endpoint is not connected or its plugin fails.</summary>
    public EndpointCapabilities CapabilitiesOf(Address address) =>
        _endpoint?.CapabilitiesOf(address) ?? throw new InvalidOperationException($"endpoint {Id} does not say what it can carry");

    /// <summary>Sends one part. Any exception means: outcome unknown.</summary>
    public ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (!_filter.Allows(outbound.To.Rest))
        {
            return new(new SendResult.Refused("the address is not allowed on this endpoint", $"change allow or deny of endpoint {Id}"));
        }

        // Enter first, look second: a drain that began in between sees this send and waits for it.
        _gate.Enter();
        if (!Connected)
        {
            _gate.Leave();
            return new(new SendResult.Deferred("not connected"));
        }

        return GuardedSendAsync(outbound, cancellationToken);
    }

    /// <summary>Completes when no send is in flight.</summary>
    internal Task WhenIdleAsync() => _gate.WhenEmptyAsync();

    internal void Move(EndpointPhase phase, string? reason = null)
    {
        // An outage is one, however often it is tried to end it.
        var tries = _status.Reason is not null && IsDown(_status.Phase) && IsDown(phase);
        _status = new(phase, reason, tries ? _status.Since : _clock.GetUtcNow());

        static bool IsDown(EndpointPhase phase) => phase is EndpointPhase.Connecting or EndpointPhase.BackingOff;
    }

    /// <summary>Sends of an ended run cannot be answered any more: with this token their outcome is unknown at once, not after the timeout.</summary>
    internal void BeginRun(CancellationToken run) => _run = run;

    private async ValueTask<SendResult> GuardedSendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _run);
        try
        {
            var sent = _endpoint!.SendAsync(outbound, sending.Token);
            var result = sent.IsCompletedSuccessfully ? sent.Result : await AnswerAsync(sent.AsTask(), TimeFor(outbound), sending.Token, cancellationToken);
            return result ?? throw new InvalidOperationException($"endpoint {Id} answered a send with nothing");
        }
        catch (TimeoutException)
        {
            await sending.CancelAsync();
            throw;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>At the end of a run the plugin has a moment for its last word: what it still held back has not left, and is not in doubt.</summary>
    private async Task<SendResult> AnswerAsync(Task<SendResult> sent, TimeSpan patience, CancellationToken sending, CancellationToken stopping)
    {
        try
        {
            return await sent.WaitAsync(patience, _clock, sending);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            await ((Task)sent).WaitAsync(s_lastWord, _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!sent.IsCompleted)
            {
                throw;
            }

            return await sent;
        }
    }

    /// <summary>An attachment is sent at the speed of the network: what is behind it in its conversation waits for it.</summary>
    private static TimeSpan TimeFor(Outbound outbound)
    {
        var bytes = outbound.Content is MessagePosted posted ? posted.Parts.OfType<AttachmentPart>().Where(part => part.Blob is not null).Sum(part => (double)part.Size) : 0;
        return s_sendTimeout + TimeSpan.FromSeconds(Math.Min(bytes / SlowestUpload, s_longestUpload.TotalSeconds));
    }
}
