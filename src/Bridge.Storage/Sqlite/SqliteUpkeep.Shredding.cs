using System.Buffers.Binary;
using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

// The destruction of one event, and the resealing of what shared its keys.
internal sealed partial class SqliteUpkeep
{
    private const int KeyLength = 16;
    private const int RowsPerStep = 2_000; // looked at
    private const int MostFound = 100; // and held in memory; a body in a row has 64 kB at most
    private const string RulesScope = "rules";

    public ValueTask<Shred?> BeginShredAsync(EventId id, IReadOnlyCollection<Guid> alsoKeys, bool alone, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Shred? begun = null;
        return Locked(() =>
        {
            // What goes is overwritten, too: nobody has to wait for the keys to know that it is gone from the file.
            Run(null, "PRAGMA secure_delete=ON");
            try
            {
                using var transaction = connection.BeginTransaction();
                begun = Begin(transaction, id, alsoKeys, alone, at);
                transaction.Commit();
            }
            finally
            {
                Run(null, "PRAGMA secure_delete=OFF");
            }

            if (begun is not null)
            {
                blobs.Delete(id);
            }

            return begun;
        });
    }

    public ValueTask EndShredAsync(EventId id, DateTimeOffset at, CancellationToken cancellationToken) => Done(Write(
        transaction => Run(transaction, "UPDATE shreds SET done_at = ?2, keys = x'' WHERE event = ?1", Columns.Of(id), Columns.Of(at)),
        () => Run(null, "PRAGMA wal_checkpoint(TRUNCATE)")));

    public ValueTask<Shred?> FindShredAsync(EventId id, CancellationToken cancellationToken) =>
        Read(() => readers.Find("SELECT event, keys, asked_at, done_at FROM shreds WHERE event = ?1", ReadShred, Columns.Of(id)));

    public ValueTask<IReadOnlyList<Shred>> UnfinishedShredsAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Shred>>(() => readers.List("SELECT event, keys, asked_at, done_at FROM shreds WHERE done_at IS NULL", ReadShred));

    public ValueTask<SealedPage> SealedUnderAsync(IReadOnlyCollection<Guid> keys, SealedPlace place, CancellationToken cancellationToken) => Read(() =>
    {
        var wanted = Joined(keys);
        return place.Table switch
        {
            SealedTable.Events => EventsUnder(wanted, keys, place),
            SealedTable.Deliveries => DeliveriesUnder(wanted, keys, place),
            _ => StateUnder(wanted, place),
        };
    });

    public ValueTask ReplaceAsync(IReadOnlyList<(SealedRecord Old, byte[] Envelope)> envelopes, CancellationToken cancellationToken) => Done(Write(transaction =>
    {
        foreach (var (old, envelope) in envelopes)
        {
            Replace(transaction, old, envelope);
        }

        return envelopes.Count;
    }));

    private Shred? Begin(SqliteTransaction transaction, EventId id, IReadOnlyCollection<Guid> alsoKeys, bool alone, DateTimeOffset at)
    {
        if (Number(transaction, $"SELECT {IsOwed} FROM events WHERE id = ?1", Columns.Of(id)) is not { } owed)
        {
            return null;
        }

        if (owed > 0 && !alone)
        {
            throw new StoreException($"event {id} is still owed to somebody");
        }

        var keys = List(transaction, "SELECT substr(body, 1, 18), substr(decision, 1, 18) FROM events WHERE id = ?1", row => (row.BytesOrNull(0), row.BytesOrNull(1)), Columns.Of(id))
            .Concat(List(transaction, "SELECT substr(content, 1, 18), substr(progress, 1, 18) FROM deliveries WHERE event = ?1", row => (row.BytesOrNull(0), row.BytesOrNull(1)), Columns.Of(id)))
            .SelectMany(row => (Guid[])[Sealer.KeyIdOf(row.Item1), Sealer.KeyIdOf(row.Item2)])
            .Append(KeyOfBlob(id)).Concat(alsoKeys).Where(key => key != Guid.Empty).Distinct().ToList();
        Run(transaction, Head);
        Run(transaction, "INSERT INTO shreds (event, asked_at, keys) VALUES (?1, ?2, ?3)", Columns.Of(id), Columns.Of(at), Joined(keys));
        Remove(transaction, id);
        return new Shred(id, keys, at, null);
    }

    private SealedPage EventsUnder(byte[] wanted, IReadOnlyCollection<Guid> keys, SealedPlace place)
    {
        var rows = readers.List(
            """
            SELECT sequence, id, body IS NULL, CASE WHEN instr(?3, substr(body, 3, 16)) THEN body END, CASE WHEN instr(?3, substr(decision, 3, 16)) THEN decision END
            FROM events WHERE sequence > ?1 AND sequence <= ?2 AND (body IS NULL OR (length(body) > 18 AND instr(?3, substr(body, 3, 16))) OR instr(?3, substr(decision, 3, 16)))
            ORDER BY sequence LIMIT ?4
            """,
            row => (Sequence: row.GetInt64(0), Id: row.EventId(1), InFile: row.GetBoolean(2), Body: row.BytesOrNull(3), Decision: row.BytesOrNull(4)),
            place.Number, place.Number + RowsPerStep, wanted, (long)MostFound);
        var found = new List<SealedRecord>();
        foreach (var row in rows)
        {
            var body = row.InFile ? keys.Contains(KeyOfBlob(row.Id)) ? blobs.Read(row.Id) : null : row.Body;
            Add(found, RecordKind.Event, RecordId.Of(row.Id), body);
            Add(found, RecordKind.Decision, RecordId.Of(row.Id), row.Decision);
        }

        return new SealedPage(found, Next(place, rows.Count, rows.Count > 0 ? rows[^1].Sequence : 0, "SELECT coalesce(max(sequence), 0) FROM events", SealedTable.Deliveries));
    }

    private SealedPage DeliveriesUnder(byte[] wanted, IReadOnlyCollection<Guid> keys, SealedPlace place)
    {
        var rows = readers.List(
            """
            SELECT id, content, progress FROM deliveries
            WHERE id > ?1 AND id <= ?2 AND (instr(?3, substr(content, 3, 16)) OR instr(?3, substr(progress, 3, 16))) ORDER BY id LIMIT ?4
            """,
            row => (Id: row.GetInt64(0), Content: row.Bytes(1), Progress: row.BytesOrNull(2)), place.Number, place.Number + RowsPerStep, wanted, (long)MostFound);
        var found = new List<SealedRecord>();
        foreach (var row in rows)
        {
            Add(found, RecordKind.Content, (UInt128)row.Id, keys.Contains(Sealer.KeyIdOf(row.Content)) ? row.Content : null);
            Add(found, RecordKind.Progress, (UInt128)row.Id, keys.Contains(Sealer.KeyIdOf(row.Progress)) ? row.Progress : null);
        }

        return new SealedPage(found, Next(place, rows.Count, rows.Count > 0 ? rows[^1].Id : 0, "SELECT coalesce(max(id), 0) FROM deliveries", SealedTable.State));
    }

    private SealedPage StateUnder(byte[] wanted, SealedPlace place)
    {
        var rows = readers.List(
            "SELECT scope, key, sealed, instr(?3, substr(sealed, 3, 16)) > 0 FROM state WHERE (scope, key) > (?1, ?2) ORDER BY scope, key LIMIT ?4",
            row => (Scope: row.GetString(0), Key: row.Index(1), Sealed: row.Bytes(2), Found: row.GetBoolean(3)),
            place.Scope, place.Scope.Length == 0 ? [] : Columns.Of(place.Key), wanted, (long)MostFound);
        var found = new List<SealedRecord>();
        foreach (var row in rows.Where(row => row.Found))
        {
            found.Add(new SealedRecord(row.Scope == RulesScope ? RecordKind.Memory : RecordKind.State, row.Key.Value, row.Scope, row.Sealed));
        }

        return new SealedPage(found, rows.Count < MostFound ? null : new SealedPlace(SealedTable.State, 0, rows[^1].Scope, rows[^1].Key));
    }

    private SealedPlace? Next(SealedPlace place, int found, long last, string end, SealedTable then)
    {
        if (found == MostFound)
        {
            return place with { Number = last };
        }

        var newest = readers.Query(end, rows => rows.Read() ? rows.GetInt64(0) : 0);
        return place.Number + RowsPerStep < newest ? place with { Number = place.Number + RowsPerStep } : new SealedPlace(then);
    }

    private void Replace(SqliteTransaction transaction, SealedRecord old, byte[] envelope)
    {
        var key = old.Envelope[2..(2 + KeyLength)];
        var changed = old.Kind switch
        {
            RecordKind.Event => Run(transaction, "UPDATE events SET body = ?2 WHERE id = ?1 AND substr(body, 3, 16) = ?3", IdOf(old), envelope, key),
            RecordKind.Decision => Run(transaction, "UPDATE events SET decision = ?2 WHERE id = ?1 AND substr(decision, 3, 16) = ?3", IdOf(old), envelope, key),
            RecordKind.Content => Run(transaction, "UPDATE deliveries SET content = ?2 WHERE id = ?1 AND substr(content, 3, 16) = ?3", (long)old.Id, envelope, key),
            RecordKind.Progress => Run(transaction, "UPDATE deliveries SET progress = ?2 WHERE id = ?1 AND substr(progress, 3, 16) = ?3", (long)old.Id, envelope, key),
            _ => Run(transaction, "UPDATE state SET sealed = ?3 WHERE scope = ?1 AND key = ?2 AND substr(sealed, 3, 16) = ?4", old.Scope, IdOf(old), envelope, key),
        };
        var id = new EventId(new Guid(IdOf(old), bigEndian: true));
        if (changed == 0 && old.Kind == RecordKind.Event && Number(transaction, "SELECT 1 FROM events WHERE id = ?1 AND body IS NULL", IdOf(old)) is 1)
        {
            blobs.Replace(id, envelope);
        }
    }

    private static void Add(List<SealedRecord> found, RecordKind kind, UInt128 id, byte[]? envelope)
    {
        if (envelope is { Length: > 0 })
        {
            found.Add(new SealedRecord(kind, id, "", envelope));
        }
    }

    private static byte[] IdOf(SealedRecord record)
    {
        var bytes = new byte[KeyLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, record.Id);
        return bytes;
    }

    // One after the other: a key is random, so it stands in the middle of two others never.
    private static byte[] Joined(IEnumerable<Guid> keys) => [.. keys.SelectMany(key => key.ToByteArray(bigEndian: true))];

    private static Shred ReadShred(SqliteDataReader row) => new(
        row.EventId(0), [.. row.Bytes(1).Chunk(KeyLength).Select(key => new Guid(key, bigEndian: true))], row.Instant(2), row.InstantOrNull(3));
}
