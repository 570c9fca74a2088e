using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix;

/// <summary>One homeserver, as its application service or through one account.</summary>
internal sealed class MatrixEndpoint(EndpointContext context, MatrixOptions options) : IEndpoint
{
    /// <summary>What Matrix can carry at best.</summary>
    public const EventFeature Carries = EventFeature.Text | EventFeature.Edit | EventFeature.Delete | EventFeature.Reaction | EventFeature.Receipt | EventFeature.Typing
        | EventFeature.Location | EventFeature.Conversation | EventFeature.Formatting | EventFeature.Reply | EventFeature.Identity | EventFeature.Outcome;

    public EndpointCapabilities CapabilitiesOf(Address address) => new() { Sends = Carries, Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(25)) };

    public Task RunAsync(IInbox inbox, CancellationToken stopping) => throw new IOException($"{context.Id} cannot reach {options.Homeserver.Host} yet");

    public ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) => new(new SendResult.Deferred("not connected"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
