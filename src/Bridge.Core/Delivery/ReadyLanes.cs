using System.Diagnostics.CodeAnalysis;

namespace Bridge.Core.Delivery;

/// <summary>Lanes that may have something to send, in turn; critical ones before all others. Each lane is in it once.</summary>
internal sealed class ReadyLanes
{
    private readonly Queue<Lane> _critical = new();
    private readonly Queue<Lane> _normal = new();
    private Queue<Lane> _peeked = new();

    public void Add(Lane lane)
    {
        if (!lane.Queued)
        {
            lane.Queued = true;
            (lane.Id.Critical ? _critical : _normal).Enqueue(lane);
        }
    }

    public bool TryPeek([NotNullWhen(true)] out Lane? lane)
    {
        _peeked = _critical.Count > 0 ? _critical : _normal;
        return _peeked.TryPeek(out lane);
    }

    /// <summary>The lane that was peeked leaves.</summary>
    public void Take() => _peeked.Dequeue().Queued = false;

    /// <summary>The lane that was peeked goes to the end.</summary>
    public void Rotate() => _peeked.Enqueue(_peeked.Dequeue());
}
