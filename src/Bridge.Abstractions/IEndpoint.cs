namespace Bridge.Abstractions;

/// <summary>One configured, running instance of a plugin. The host owns reconnecting, backoff, retry, limits, dedup, storage and secrets.</summary>
public interface IEndpoint : IAsyncDisposable
{
    /// <summary>What this address can carry. Asked from any thread, often, after <see cref="IInbox.Connected"/>; must not block.</summary>
    EndpointCapabilities CapabilitiesOf(Address address);

    /// <summary>
    /// Connects and pumps until <paramref name="stopping"/>. Called by the host, one call at a time. Throws when the connection is lost, with a
    /// reason for the operator that contains no address, text or secret; the host calls again, with backoff. Returns only when stopping, within 5 s.
    /// </summary>
    Task RunAsync(IInbox inbox, CancellationToken stopping);

    /// <summary>
    /// Sends one fitted part. Called between <see cref="IInbox.Connected"/> and the end of <see cref="RunAsync"/>, one call at a time per lane, or
    /// up to <see cref="EndpointCapabilities.InFlight"/> of them. Refusals and delays are results; an exception or a timeout means: outcome unknown.
    /// </summary>
    ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken);
}

/// <summary>Where an endpoint hands over what happened on its network. Valid for one <see cref="IEndpoint.RunAsync"/>.</summary>
public interface IInbox
{
    /// <summary>The endpoint is ready to send. Nothing is sent before this is called, once per run.</summary>
    void Connected();

    /// <summary>
    /// The endpoint is connected, but does not do all of its work: it hears nothing, say. What is owed is sent all the same; people see the reason, and the daemon
    /// is not ready. After <see cref="Connected"/>; the latest call counts.
    /// </summary>
    /// <param name="why">For the operator: no text, address or secret. Null: it is whole again.</param>
    void Impaired(string? why)
    {
    }

    /// <summary>
    /// Hands over events and state: ONE transaction. Order is the order of the <i>calls</i>: enqueueing is synchronous, completion is the durable
    /// commit. Call again without awaiting, up to <see cref="EndpointContext.Window"/> events in all, and acknowledge upstream in call order after
    /// completion. What the endpoint itself sent, and its network says again, is not handed over where the endpoint can tell
    /// (<see cref="EndpointCapabilities.MayEcho"/>). A failed task means nothing was stored: do not acknowledge, let the network resend (throw from RunAsync).
    /// </summary>
    ValueTask AcceptAsync(InboundBatch batch);
}

/// <summary>Optional. Asks the network whether a part was sent whose outcome is unknown, before it is sent again.</summary>
public interface IFindSent
{
    /// <summary>The native ids when it was sent, an empty list when it certainly was not, null when the network cannot tell. An exception means: no answer, ask again.</summary>
    ValueTask<EquatableArray<NativeId>?> FindSentAsync(Outbound outbound, CancellationToken cancellationToken);
}

/// <summary>Optional. Measures what an outbound costs, in the units that limits count (SMS segments). Without it each part costs one.</summary>
public interface IMeasure
{
    /// <summary>The cost in units; at least 1.</summary>
    int UnitsOf(Outbound outbound);
}

/// <summary>Optional. Tries whether the network can be reached as configured and leaves no trace there: <c>bridge connect</c>. Without it nothing is tried.</summary>
public interface IProbe
{
    /// <summary>
    /// Reaches the network with the configured credentials, and goes away again. Sends nothing, receives nothing, takes over no session and leaves none;
    /// <see cref="EndpointContext.State"/> is empty. Asked of an endpoint that does not run, beside one that may. An exception means that it does not work,
    /// for the reason it gives (without address, text or secret).
    /// </summary>
    ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>What a probe found: a closed hierarchy.</summary>
public abstract record ProbeResult
{
    private ProbeResult()
    {
    }

    /// <summary>It would connect.</summary>
    /// <param name="Found">What was found, in a few words, such as a version; without secrets.</param>
    public sealed record Works(string Found) : ProbeResult;

    /// <summary>It would not connect.</summary>
    public sealed record Fails(string Why, string? Cure = null) : ProbeResult;

    /// <summary>Something of this machine that it needs for itself (a port, a device) is taken: by a running daemon of the same configuration, perhaps.</summary>
    public sealed record InUse(string What, string? Cure = null) : ProbeResult;
}

/// <summary>Optional. Takes changed options while it runs, so that a reload keeps its connections; without it the host restarts the endpoint.</summary>
public interface IAdapt
{
    /// <summary>
    /// Called by a reload, one call at a time, from any thread, whether or not <see cref="IEndpoint.RunAsync"/> runs; must not block. True: from now on, also in later
    /// runs, the endpoint works with these. False or an exception: nothing has changed, and the host drains the endpoint and makes a new one.
    /// </summary>
    /// <param name="options">The plugin's options record, bound and checked. What equals the options in force is left alone.</param>
    /// <param name="interests">In the place of <see cref="EndpointContext.Interests"/>.</param>
    bool TryAdapt(object options, IReadOnlyList<string> interests);
}
