using Bridge.Abstractions;

namespace Bridge.Core.Tests.Endpoints;

/// <summary>An endpoint that does what the test says, good or bad.</summary>
internal sealed class ScriptedEndpoint : IEndpoint, IAdapt
{
    private readonly EndpointCapabilities _capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless() };

    /// <summary>By default: connects and stays.</summary>
    public Func<IInbox, CancellationToken, Task> Run { get; set; } = async (inbox, stopping) =>
    {
        inbox.Connected();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
    };

    public Func<Outbound, CancellationToken, ValueTask<SendResult>> Send { get; set; } = (_, _) => new(new SendResult.Delivered());

    /// <summary>By default: restart me.</summary>
    public Func<object, IReadOnlyList<string>, bool> Adapt { get; set; } = (_, _) => false;

    /// <summary>What it took while it ran.</summary>
    public List<(object Options, IReadOnlyList<string> Interests)> Adapted { get; } = [];

    public int Runs { get; private set; }

    public bool Disposed { get; private set; }

    public EndpointCapabilities CapabilitiesOf(Address address) => _capabilities;

    public Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        Runs++;
        return Run(inbox, stopping);
    }

    public ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) => Send(outbound, cancellationToken);

    public bool TryAdapt(object options, IReadOnlyList<string> interests)
    {
        var taken = Adapt(options, interests);
        if (taken)
        {
            Adapted.Add((options, interests));
        }

        return taken;
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
