using System.Buffers.Binary;

namespace Bridge.Core.Sealing;

/// <summary>
/// Keeps a bounded number of segments at hand. Who takes one has it alone until it is given back; what is not at hand is made. A place holds one
/// segment, and a newcomer displaces it: with more epochs in use than places it is slower, never bigger. Thread-safe.
/// </summary>
internal sealed class SegmentCache
{
    private const int Places = 128;
    private const int LastingPlaces = 32;
    private readonly Segment?[] _sealing = new Segment?[Places];

    // What is sealed under a key without an end is read whole at each start. Displaced by every conversation, it would be in as many segments as it has records.
    private readonly Segment?[] _lasting = new Segment?[LastingPlaces];
    private readonly Segment?[] _opening = new Segment?[Places];

    public Segment ForSealing(EpochKey epoch)
    {
        var kept = Interlocked.Exchange(ref SealingPlace(epoch.Id, epoch.Lasts), null);
        if (kept is { IsUsedUp: false } && kept.EpochKey == epoch.Id && !epoch.IsDestroyed)
        {
            return kept;
        }

        kept?.Dispose();
        return new Segment(epoch);
    }

    public void AfterSealing(Segment segment, EpochKey epoch) => Interlocked.Exchange(ref SealingPlace(epoch.Id, epoch.Lasts), segment)?.Dispose();

    public Segment ForOpening(EpochKey epoch, ReadOnlySpan<byte> salt)
    {
        var wanted = BinaryPrimitives.ReadUInt128BigEndian(salt);
        var kept = Interlocked.Exchange(ref OpeningPlace(wanted), null);
        if (kept is not null && kept.Salt == wanted && kept.EpochKey == epoch.Id && !epoch.IsDestroyed)
        {
            return kept;
        }

        kept?.Dispose();
        return new Segment(epoch, salt);
    }

    public void AfterOpening(Segment segment) => Interlocked.Exchange(ref OpeningPlace(segment.Salt), segment)?.Dispose();

    /// <summary>Wipes what is at hand: an epoch was destroyed.</summary>
    public void Clear()
    {
        for (var place = 0; place < Places; place++)
        {
            Interlocked.Exchange(ref _sealing[place], null)?.Dispose();
            Interlocked.Exchange(ref _opening[place], null)?.Dispose();
        }

        for (var place = 0; place < LastingPlaces; place++)
        {
            Interlocked.Exchange(ref _lasting[place], null)?.Dispose();
        }
    }

    // Threads that seal for one epoch at once should not wait for, or displace, each other's.
    private ref Segment? SealingPlace(Guid epochKey, bool lasts)
    {
        var hash = (uint)HashCode.Combine(epochKey, Environment.CurrentManagedThreadId);
        return ref lasts ? ref _lasting[hash % LastingPlaces] : ref _sealing[hash % Places];
    }

    private ref Segment? OpeningPlace(UInt128 salt) => ref _opening[(uint)salt % Places];
}
