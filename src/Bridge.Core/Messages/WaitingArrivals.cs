using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

/// <summary>Finds what waits for sends to its own address among what is remembered, in order of acceptance. Follows the memory; remembers nothing itself.</summary>
internal sealed class WaitingArrivals
{
    private readonly Dictionary<Address, SortedDictionary<long, AwaitsSends>> _byAddress = [];

    /// <summary>Sends may have landed that nobody heard of (Bridge was down, a commit failed): every address is to be looked at.</summary>
    public bool LookAgain { get; set; } = true;

    public bool IsEmpty => _byAddress.Count == 0;

    public IReadOnlyList<Address> Addresses => [.. _byAddress.Keys];

    public AwaitsSends? First(Address at) => _byAddress.TryGetValue(at, out var waiting) ? waiting.First().Value : null;

    /// <summary>The one of that name that waits already.</summary>
    public AwaitsSends? Named(Address at, NativeId native) =>
        _byAddress.TryGetValue(at, out var waiting) ? waiting.Values.FirstOrDefault(other => other.Arrival.Inbound.NativeId == native) : null;

    public void Follow(Remembered? before, Remembered? after)
    {
        if (before is AwaitsSends gone && _byAddress.TryGetValue(gone.Arrival.Inbound.Address, out var others))
        {
            others.Remove(gone.Sequence);
            if (others.Count == 0)
            {
                _byAddress.Remove(gone.Arrival.Inbound.Address);
            }
        }

        if (after is AwaitsSends waiting)
        {
            if (!_byAddress.TryGetValue(waiting.Arrival.Inbound.Address, out var company))
            {
                _byAddress.Add(waiting.Arrival.Inbound.Address, company = []);
            }

            company[waiting.Sequence] = waiting;
        }
    }
}
