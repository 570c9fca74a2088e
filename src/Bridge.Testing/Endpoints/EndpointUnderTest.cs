using Bridge.Abstractions;

namespace Bridge.Testing.Endpoints;

/// <summary>One endpoint against a fake network in the same process: what a plugin's author writes for <see cref="EndpointConformance"/>. Disposed after each test.</summary>
public abstract class EndpointUnderTest : IAsyncDisposable
{
    /// <summary>The endpoint, made with the context that <see cref="EndpointConformance.StartAsync"/> was given; not yet running.</summary>
    public abstract IEndpoint Endpoint { get; }

    /// <summary>An address that can be sent to.</summary>
    public abstract Address Destination { get; }

    /// <summary>What the network got for <see cref="Destination"/>, in the order in which it was transmitted: texts, or payloads as UTF-8.</summary>
    public abstract IReadOnlyList<string> Transmitted { get; }

    /// <summary>The endpoint hears this text (or payload); returns once the network has it. Redelivered by the network until the endpoint acknowledges.</summary>
    public abstract Task ArrivesAsync(string text);

    /// <summary>The network breaks the connection. It can be connected to again at once.</summary>
    public abstract Task DropConnectionAsync();

    /// <summary>Secrets that the endpoint was configured with: none of them may ever be printed.</summary>
    public virtual IReadOnlyList<string> Secrets => [];

    /// <summary>Whether the network repeats what was not acknowledged. False only where it has no acknowledgement at all.</summary>
    public virtual bool Redelivers => true;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
