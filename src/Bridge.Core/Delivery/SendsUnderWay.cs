using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>
/// The sends that networks may have without our knowing how they are named there: from before a part leaves until its native ids are durable. Whoever finds
/// none here, and then none in the store, knows that an arrival is not ours. Written by the lanes, read by the decision loop.
/// </summary>
internal sealed class SendsUnderWay
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Address, List<SendUnderWay>> _sends = [];
    private readonly HashSet<Address> _awaited = [];
    private volatile int _count;

    public bool IsEmpty => _count == 0;

    public void Begin(Address to, SendUnderWay send)
    {
        lock (_lock)
        {
            if (!_sends.TryGetValue(to, out var sends))
            {
                _sends[to] = sends = new List<SendUnderWay>(1);
            }

            var before = sends.FindIndex(other => other.Delivery == send.Delivery);
            if (before >= 0)
            {
                sends[before] = send;
                return;
            }

            sends.Add(send);
            _count++;
        }
    }

    /// <summary>True when somebody waits for it.</summary>
    public bool End(Address to, DeliveryId delivery)
    {
        lock (_lock)
        {
            if (!_sends.TryGetValue(to, out var sends) || sends.RemoveAll(send => send.Delivery == delivery) == 0)
            {
                return false;
            }

            _count--;
            if (sends.Count == 0)
            {
                _sends.Remove(to);
            }

            return _awaited.Remove(to);
        }
    }

    public IReadOnlyList<SendUnderWay> To(Address to)
    {
        lock (_lock)
        {
            return _sends.TryGetValue(to, out var sends) ? [.. sends] : [];
        }
    }

    /// <summary>True when one of these is still under way: then the next <see cref="End"/> at the address says so.</summary>
    public bool Await(Address to, EquatableArray<long> deliveries)
    {
        lock (_lock)
        {
            return _sends.TryGetValue(to, out var sends) && sends.Exists(send => deliveries.Contains(send.Delivery.Value)) && (_awaited.Add(to) || true);
        }
    }
}

/// <summary>One part that a network may have.</summary>
/// <param name="Delivery">Whose part it is.</param>
/// <param name="Event">The event that it carries.</param>
/// <param name="Content">As it was fitted, or is to be.</param>
/// <param name="Since">When it may have left first.</param>
/// <param name="Place">
/// 0: it has left. Of what was read from the store at start, its place in the lane: the first ones, as many as its endpoint has in flight, may have left.
/// </param>
public sealed record SendUnderWay(DeliveryId Delivery, EventId Event, BridgeEvent Content, DateTimeOffset Since, int Place = 0);
