using System.Collections.Concurrent;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>
/// Counts how often a part came back for a reason that may pass or not: a head that never does must not hold up its conversation for a day.
/// </summary>
internal sealed class FewTries
{
    public const int Most = 5;
    private const int MostParts = 10_000;

    private readonly ConcurrentDictionary<(DeliveryKey Key, int Number), int> _tries = [];

    /// <summary>Counts one.</summary>
    public bool AreOver(OutgoingPart part)
    {
        if (_tries.Count >= MostParts)
        {
            _tries.Clear(); // they are tried a little longer, then
        }

        return _tries.AddOrUpdate((part.Key, part.Number), 1, (_, tries) => tries + 1) >= Most && Forget(part);
    }

    public bool Forget(OutgoingPart part) => _tries.TryRemove((part.Key, part.Number), out _);
}
