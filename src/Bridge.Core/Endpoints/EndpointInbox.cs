using Bridge.Abstractions;
using Bridge.Core.Messages;

namespace Bridge.Core.Endpoints;

/// <summary>
/// Takes a batch from an endpoint: enqueues synchronously, completes when it is durable; fails where its elder, the batch before it, failed.
/// <c>Intake.AcceptAsync</c>.
/// </summary>
public delegate Task<IReadOnlyList<EventId>> Accept(EndpointId endpoint, InboundBatch batch, Origin origin, Task? elder);

/// <summary>The inbox of one run: checks what the plugin hands over, and is deaf once the run has ended.</summary>
internal sealed class EndpointInbox(EndpointId id, Accept accept, AddressFilter filter, IDropCounter drops, Action connected, Action<string?> impaired) : IInbox
{
    private readonly Lock _lock = new();
    private Task _latest = Task.CompletedTask;
    private int _connected;
    private volatile bool _closed;

    public void Connected()
    {
        if (!_closed && Interlocked.Exchange(ref _connected, 1) == 0)
        {
            connected();
        }
    }

    public void Impaired(string? why)
    {
        if (!_closed && Volatile.Read(ref _connected) == 1)
        {
            impaired(why);
        }
    }

    public ValueTask AcceptAsync(InboundBatch batch)
    {
        if (_closed)
        {
            return ValueTask.FromException(new InvalidOperationException("this run has ended: nothing is accepted any more"));
        }

        foreach (var inbound in batch.Events)
        {
            if (inbound.Address.Endpoint != id)
            {
                return ValueTask.FromException(new InvalidOperationException($"endpoint {id} handed over an event of endpoint {inbound.Address.Endpoint}"));
            }
        }

        lock (_lock)
        {
            // A plugin that has not yet heard that a batch was not stored may go on handing over: stored now, that would stand before what the
            // network sends again.
            return new ValueTask(_latest = accept(id, Allowed(batch), Origin.Network, _latest));
        }
    }

    public void Close() => _closed = true;

    /// <summary>A denied event is dropped, but its batch keeps its place in the order of acknowledgement.</summary>
    private InboundBatch Allowed(InboundBatch batch)
    {
        if (filter == AddressFilter.Everything || batch.Events.All(IsAllowed))
        {
            return batch;
        }

        var allowed = batch.Events.Where(IsAllowed).ToList();
        drops.Dropped("address not allowed", batch.Events.Count - allowed.Count);
        return batch with { Events = allowed };
    }

    /// <summary>A report speaks of what was sent by us, to an address that was allowed, and stands at no address of its own.</summary>
    private bool IsAllowed(Inbound inbound) => inbound.Event is DeliveryReported || filter.Allows(inbound.Address.Rest);
}
