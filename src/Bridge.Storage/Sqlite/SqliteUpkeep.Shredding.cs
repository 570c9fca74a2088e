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
    private const int MostFound = 100; // and held in memory
    private const long MostBytes = 4 << 20; // of them, but one record however big
    private const string RulesScope = "rules";

    public ValueTask<Shred?> BeginShredAsync(
        EventId id, IReadOnlyCollection<StoreChange.RemoveState> alsoState, IReadOnlyCollection<Guid> alsoKeys, bool alone, DateTimeOffset at, CancellationToken cancellationToken)
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
                foreach (var (scope, key) in begun is null ? [] : alsoState)
                {
                    Run(transaction, "DELETE FROM state WHERE scope = ?1 AND key = ?2", scope, Columns.Of(key));
                }

                transaction.Commit();
                checkpointer.Committed();
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
        checkpointer.Truncate));

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
        var found = readers.Query(
            """
            SELECT sequence, id, body IS NULL, CASE WHEN instr(?3, substr(body, 3, 16)) THEN body END, CASE WHEN instr(?3, substr(decision, 3, 16)) THEN decision END
            FROM events WHERE sequence > ?1 AND sequence <= ?2 AND (body IS NULL OR (length(body) > 18 AND instr(?3, substr(body, 3, 16))) OR instr(?3, substr(decision, 3, 16)))
            ORDER BY sequence LIMIT ?4
            """,
            rows => Found.In(rows, (row, page) =>
            {
                page.Last = row.GetInt64(0);
                var id = row.EventId(1);
                page.Add(RecordKind.Event, RecordId.Of(id), row.GetBoolean(2) ? keys.Contains(KeyOfBlob(id)) ? blobs.Read(id) : null : row.BytesOrNull(3));
                page.Add(RecordKind.Decision, RecordId.Of(id), row.BytesOrNull(4));
            }),
            place.Number, place.Number + RowsPerStep, wanted, (long)MostFound);
        return new SealedPage(found.Records, Next(place, found, "SELECT min(sequence) FROM events WHERE sequence > ?1", SealedTable.Deliveries));
    }

    private SealedPage DeliveriesUnder(byte[] wanted, IReadOnlyCollection<Guid> keys, SealedPlace place)
    {
        var found = readers.Query(
            """
            SELECT id, content, progress FROM deliveries
            WHERE id > ?1 AND id <= ?2 AND (instr(?3, substr(content, 3, 16)) OR instr(?3, substr(progress, 3, 16))) ORDER BY id LIMIT ?4
            """,
            rows => Found.In(rows, (row, page) =>
            {
                page.Last = row.GetInt64(0);
                var (content, progress) = (row.Bytes(1), row.BytesOrNull(2));
                page.Add(RecordKind.Content, (UInt128)page.Last, keys.Contains(Sealer.KeyIdOf(content)) ? content : null);
                page.Add(RecordKind.Progress, (UInt128)page.Last, keys.Contains(Sealer.KeyIdOf(progress)) ? progress : null);
            }),
            place.Number, place.Number + RowsPerStep, wanted, (long)MostFound);
        return new SealedPage(found.Records, Next(place, found, "SELECT min(id) FROM deliveries WHERE id > ?1", SealedTable.State));
    }

    private SealedPage StateUnder(byte[] wanted, SealedPlace place)
    {
        var end = place;
        var found = readers.Query(
            "SELECT scope, key, sealed, instr(?3, substr(sealed, 3, 16)) > 0 FROM state WHERE (scope, key) > (?1, ?2) ORDER BY scope, key LIMIT ?4",
            rows => Found.In(rows, (row, page) =>
            {
                end = new SealedPlace(SealedTable.State, 0, row.GetString(0), row.Index(1));
                page.Add(end.Scope == RulesScope ? RecordKind.Memory : RecordKind.State, end.Key.Value, row.GetBoolean(3) ? row.Bytes(2) : null, end.Scope);
            }),
            place.Scope, place.Scope.Length == 0 ? [] : Columns.Of(place.Key), wanted, (long)MostFound);
        return new SealedPage(found.Records, found.IsFull ? end : null);
    }

    // On to the next number that is in use: a restored store has left many out.
    private SealedPlace? Next(SealedPlace place, Found found, string next, SealedTable then)
    {
        if (found.IsFull)
        {
            return place with { Number = found.Last };
        }

        var first = readers.Query(next, rows => rows.Read() && !rows.IsDBNull(0) ? rows.GetInt64(0) : (long?)null, place.Number + RowsPerStep);
        return first is { } number ? place with { Number = number - 1 } : new SealedPlace(then);
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

    // One page: as many rows as there are, until it is full of rows or of bytes.
    private sealed class Found
    {
        private int _rows;
        private long _bytes;

        public List<SealedRecord> Records { get; } = [];

        public long Last { get; set; }

        public bool IsFull => _rows == MostFound || _bytes >= MostBytes;

        public static Found In(SqliteDataReader rows, Action<SqliteDataReader, Found> take)
        {
            var page = new Found();
            while (!page.IsFull && rows.Read())
            {
                page._rows++;
                take(rows, page);
            }

            return page;
        }

        public void Add(RecordKind kind, UInt128 id, byte[]? envelope, string scope = "")
        {
            if (envelope is { Length: > 0 })
            {
                Records.Add(new SealedRecord(kind, id, scope, envelope));
                _bytes += envelope.Length;
            }
        }
    }
}
