using Bridge.Abstractions;
using Bridge.Core.Sealing;

namespace Bridge.Core.Storage;

/// <summary>
/// What takes things out of a store for good, beside the port that messages go through. Every step is one durable transaction of bounded size, so the
/// writer waits for one step at most. Failures are <see cref="StoreException"/>.
/// </summary>
public interface IStoreUpkeep
{
    /// <summary>Events received before a time, in order of acceptance, after a sequence.</summary>
    ValueTask<IReadOnlyList<AgedEvent>> AgedEventsAsync(DateTimeOffset before, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes events with their deliveries and bodies, but those that somebody owes still; how many went. Their numbers are never given again.</summary>
    ValueTask<int> RemoveEventsAsync(IReadOnlyList<EventId> ids, CancellationToken cancellationToken);

    /// <summary>Removes the big bodies of events received before a time, but those that are owed still, and leaves the rest of the event.</summary>
    ValueTask<int> RemoveBigBodiesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The keys of everything owed that was received before a time: the events, and content and progress of all their deliveries. Those that are through stay
    /// readable with the others: they know how the network names what a later answer or edit speaks of.
    /// </summary>
    ValueTask<IReadOnlySet<Guid>> KeysOwedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Forgets native ids of events from before a time, a stretch at a time; where the next begins, null after the last.</summary>
    ValueTask<BlindIndex?> ForgetNativesAsync(DateTimeOffset before, BlindIndex? after, CancellationToken cancellationToken);

    /// <summary>Notes that events of before a time are gone.</summary>
    ValueTask NoteExpiryAsync(DateTimeOffset before, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>When an event of that id expired, if it was ever stored; null: it did not.</summary>
    ValueTask<DateTimeOffset?> ExpiredAtAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Gives some free room back to the disk; false when there is no more worth it.</summary>
    ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes one event with everything of it, and some state, and notes which keys sealed it; null when there is none. Refused while a delivery of it is open, unless
    /// nobody else works in the store.
    /// </summary>
    ValueTask<Shred?> BeginShredAsync(
        EventId id, IReadOnlyCollection<StoreChange.RemoveState> alsoState, IReadOnlyCollection<Guid> alsoKeys, bool alone, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The keys are destroyed. Cuts the write-ahead log, too, as far as readers allow.</summary>
    ValueTask EndShredAsync(EventId id, DateTimeOffset at, CancellationToken cancellationToken);

    ValueTask<Shred?> FindShredAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>What a crash interrupted.</summary>
    ValueTask<IReadOnlyList<Shred>> UnfinishedShredsAsync(CancellationToken cancellationToken);

    /// <summary>Some records that are sealed under one of some keys, from a place on.</summary>
    ValueTask<SealedPage> SealedUnderAsync(IReadOnlyCollection<Guid> keys, SealedPlace from, CancellationToken cancellationToken);

    /// <summary>Puts envelopes in the place of others; one that is no longer sealed under the old key stays as it is.</summary>
    ValueTask ReplaceAsync(IReadOnlyList<(SealedRecord Old, byte[] Envelope)> envelopes, CancellationToken cancellationToken);

    /// <summary>While it is held nobody begins to copy the store, or has begun: store and keys of a copy would not fit together.</summary>
    ValueTask<IDisposable> HoldCopiesAsync(CancellationToken cancellationToken);
}

/// <param name="IsOwed">A delivery of it is open.</param>
public sealed record AgedEvent(long Sequence, EventId Id, bool IsOwed);

/// <summary>The destruction of one event.</summary>
/// <param name="Keys">What it was sealed under.</param>
/// <param name="DoneAt">Null: under way.</param>
public sealed record Shred(EventId Event, IReadOnlyList<Guid> Keys, DateTimeOffset AskedAt, DateTimeOffset? DoneAt);

/// <summary>One sealed record and where it stands.</summary>
/// <param name="Scope">Of a state record; otherwise empty.</param>
public sealed record SealedRecord(RecordKind Kind, UInt128 Id, string Scope, byte[] Envelope);

/// <summary>Where a walk over all records has got to.</summary>
public readonly record struct SealedPlace(SealedTable Table, long Number = 0, string Scope = "", BlindIndex Key = default);

/// <param name="Next">Null: that was all.</param>
public sealed record SealedPage(IReadOnlyList<SealedRecord> Records, SealedPlace? Next);

/// <summary>What is walked over, in this order.</summary>
public enum SealedTable
{
    Events,
    Deliveries,
    State,
}
