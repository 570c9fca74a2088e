using System.Buffers.Binary;
using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Takes things out of the store, on the one writing connection, a bounded transaction at a time.</summary>
internal sealed partial class SqliteUpkeep(
    SqliteConnection connection, Lock writing, Checkpointer checkpointer, Readers readers, BlobFolder blobs, string path) : IStoreUpkeep
{
    private const int NativesPerStep = 2_000;
    private const int PagesPerStep = 250;
    private const string Head =
        "UPDATE head SET sequence = max(sequence, coalesce((SELECT max(sequence) FROM events), 0)), delivery = max(delivery, coalesce((SELECT max(id) FROM deliveries), 0))";

    private const string IsOwed = "EXISTS (SELECT 1 FROM deliveries WHERE event = events.id AND state < 10)";

    // Times of acceptance grow with the sequence, but for a clock that was set: a whole page of younger events is the end.
    public ValueTask<IReadOnlyList<AgedEvent>> AgedEventsAsync(DateTimeOffset before, long after, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<AgedEvent>>(() => [.. readers
            .List(
                $"SELECT sequence, id, received_at, {IsOwed} FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                row => (Event: new AgedEvent(row.GetInt64(0), row.EventId(1), row.GetBoolean(3)), At: row.Instant(2)), after, (long)limit)
            .Where(row => row.At < before).Select(row => row.Event)]);

    public ValueTask<int> RemoveEventsAsync(IReadOnlyList<EventId> ids, CancellationToken cancellationToken)
    {
        var gone = new List<EventId>();
        return Write(
            transaction =>
            {
                Run(transaction, Head);
                foreach (var id in ids.Where(id => Number(transaction, $"SELECT {IsOwed} FROM events WHERE id = ?1", Columns.Of(id)) is 0))
                {
                    Remove(transaction, id);
                    gone.Add(id);
                }

                return gone.Count;
            },
            () => gone.ForEach(blobs.Delete));
    }

    public ValueTask<int> RemoveBigBodiesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        // The folder is listed, and most of it passed over, while others write.
        const string Aged = $"id = ?1 AND body IS NULL AND received_at < ?2 AND NOT {IsOwed}";
        var aged = blobs.Ids().Where(id => AtOf(id) is not { } at || at < before)
            .Where(id => readers.Query($"SELECT 1 FROM events WHERE {Aged}", rows => rows.Read(), Columns.Of(id), Columns.Of(before))).Take(limit).ToList();
        var gone = new List<EventId>();
        return Write(
            transaction =>
            {
                gone.AddRange(aged.Where(id => Run(transaction, $"UPDATE events SET body = x'00' WHERE {Aged}", Columns.Of(id), Columns.Of(before)) > 0));
                return gone.Count;
            },
            () => gone.ForEach(blobs.Delete));
    }

    public ValueTask<IReadOnlySet<Guid>> KeysOwedAsync(DateTimeOffset before, CancellationToken cancellationToken) => Read<IReadOnlySet<Guid>>(() =>
    {
        var keys = new HashSet<Guid>();
        readers.Query(
            """
            SELECT substr(content, 1, 18), substr(progress, 1, 18), substr(events.decision, 1, 18), substr(events.body, 1, 18), events.id
            FROM deliveries LEFT JOIN events ON events.id = event
            WHERE event IN (SELECT event FROM deliveries INDEXED BY deliveries_open WHERE state < 10 AND created_at < ?1)
            """,
            rows =>
            {
                while (rows.Read())
                {
                    for (var column = 0; column < 4; column++)
                    {
                        keys.Add(Sealer.KeyIdOf(rows.BytesOrNull(column)));
                    }

                    if (rows.IsDBNull(3) && !rows.IsDBNull(4))
                    {
                        keys.Add(KeyOfBlob(rows.EventId(4)));
                    }
                }

                return 0;
            },
            Columns.Of(before));
        return keys;
    });

    public ValueTask<BlindIndex?> ForgetNativesAsync(DateTimeOffset before, BlindIndex? after, CancellationToken cancellationToken)
    {
        var from = after is { } last ? Columns.Of(last) : [];
        return Write(transaction =>
        {
            var rows = List(transaction, "SELECT id, event FROM natives WHERE id > ?1 ORDER BY id LIMIT ?2", row => (Id: row.Index(0), Event: row.EventId(1)), from, (long)NativesPerStep);
            foreach (var (id, _) in rows.Where(row => AtOf(row.Event) < before))
            {
                Run(transaction, "DELETE FROM natives WHERE id = ?1", Columns.Of(id));
            }

            return rows.Count < NativesPerStep ? (BlindIndex?)null : rows[^1].Id;
        });
    }

    // One note a day: it is for people.
    public ValueTask NoteExpiryAsync(DateTimeOffset before, DateTimeOffset at, CancellationToken cancellationToken) => Done(Write(transaction =>
    {
        Run(transaction, "DELETE FROM expiries WHERE before > ?1 OR at >= ?2", Columns.Of(before), at.UtcDateTime.Date.Ticks);
        return Run(transaction, "INSERT OR REPLACE INTO expiries (before, at) VALUES (?1, ?2)", Columns.Of(before), Columns.Of(at));
    }));

    public ValueTask<DateTimeOffset?> ExpiredAtAsync(EventId id, CancellationToken cancellationToken) => Read(() => AtOf(id) is not { } received ? null : readers.Query(
        "SELECT min(at) FROM expiries WHERE before > ?1", rows => rows.Read() ? rows.InstantOrNull(0) : null, Columns.Of(received)));

    public ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken) => Locked(() =>
    {
        var free = Number(null, "PRAGMA freelist_count");
        if (free < PagesPerStep)
        {
            return false;
        }

        // Each row of it frees one page.
        Run(null, $"PRAGMA incremental_vacuum({PagesPerStep})");
        return Number(null, "PRAGMA freelist_count") < free;
    });

    public async ValueTask<IDisposable> HoldCopiesAsync(CancellationToken cancellationToken) =>
        await CopyLock.TakeAsync(Path.GetDirectoryName(path)!, TimeProvider.System, cancellationToken);

    private void Remove(SqliteTransaction transaction, EventId id)
    {
        foreach (var (state, count) in List(
            transaction, "SELECT state, count(*) FROM deliveries WHERE event = ?1 GROUP BY state", row => (State: row.GetInt64(0), Count: row.GetInt64(1)), Columns.Of(id)))
        {
            Run(transaction, "UPDATE delivery_counts SET n = n - ?2 WHERE state = ?1", state, count);
        }

        Run(transaction, "DELETE FROM deliveries WHERE event = ?1", Columns.Of(id));
        Run(transaction, "DELETE FROM events WHERE id = ?1", Columns.Of(id));
    }

    private Guid KeyOfBlob(EventId id) => Sealer.KeyIdOf(blobs.ReadHeader(id, 18));

    // An id begins with the milliseconds of its time; null when it was not made so.
    private static DateTimeOffset? AtOf(EventId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        return id.Value.Version == 7 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
