using System.Globalization;
using System.Runtime.CompilerServices;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>
/// The default store: one SQLite file and a folder of big bodies. Opened through <see cref="DataFolder"/>, which holds the folder's lock.
/// </summary>
public sealed class SqliteStore : IStore
{
    public const string FileName = "store.db";

    // The checkpointer is ahead of the automatic checkpoint unless it cannot keep up. The log is cut back to this size after it was longer.
    private const string Pragmas = "PRAGMA wal_autocheckpoint=80000; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8000;";

    private readonly Lock _writing = new();
    private readonly SqliteConnection _connection;
    private readonly Transaction _transaction;
    private readonly Checkpointer _checkpointer;
    private readonly Readers _readers;
    private readonly BlobFolder _blobs;
    private readonly string _path;

    private SqliteStore(string path, SqliteConnection connection, BlobFolder blobs)
    {
        (_path, _connection, _blobs) = (path, connection, blobs);
        _transaction = new Transaction(connection);
        _checkpointer = new Checkpointer(path, connection, _writing);
        _readers = new Readers(path);
        Upkeep = new SqliteUpkeep(connection, _writing, _checkpointer, _readers, blobs, path);
    }

    /// <summary>The way in for retention and shredding.</summary>
    public IStoreUpkeep Upkeep { get; }

    /// <summary>Opens or creates the store in a folder. Throws <see cref="StoreException"/> when it is damaged or of a newer version.</summary>
    public static SqliteStore Open(string folder, Telemetry telemetry)
    {
        var path = Path.Combine(folder, FileName);
        var connection = Database.OpenWriter(path, StoreSchema.Migrations, out var schemaBefore, Pragmas);
        telemetry.SchemaIs(FileName, schemaBefore, StoreSchema.Migrations.Newest);
        try
        {
            if (schemaBefore == 1)
            {
                Database.Rebuild(connection); // only so can an old file be made to shrink
            }

            var store = new SqliteStore(path, connection, new BlobFolder(Path.Combine(folder, BlobFolder.Name)));
            if (store._blobs.Sweep(store.HasBigBody) is > 0 and var swept)
            {
                telemetry.OrphansSwept(swept);
            }

            return store;
        }
        catch (SqliteException failure)
        {
            // A damaged schema is found out when the first statement is prepared.
            connection.Dispose();
            throw SqliteFailure.Of(failure, path);
        }
    }

    public ValueTask<StoreHead> HeadAsync(CancellationToken cancellationToken) => Read(() => _readers.Query(
        "SELECT max(sequence, coalesce((SELECT max(sequence) FROM events), 0)), max(delivery, coalesce((SELECT max(id) FROM deliveries), 0)) FROM head",
        rows => rows.Read() ? new StoreHead(rows.GetInt64(0), new DeliveryId(rows.GetInt64(1))) : default));

    public ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            lock (_writing)
            {
                Commit(changes);
            }

            return ValueTask.CompletedTask;
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            return ValueTask.FromException(SqliteFailure.Of(failure, _path));
        }
    }

    public ValueTask<EnvelopeRow?> FindEventAsync(EventId id, CancellationToken cancellationToken) => Read(() => _readers.Find(
        $"SELECT {Columns.Event} FROM events WHERE id = ?1", row => Columns.ReadEvent(row, _blobs), Columns.Of(id)));

    public ValueTask<IReadOnlyList<EventId>> EventsBetweenAsync(EventId first, EventId last, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<EventId>>(() => _readers.List(
            "SELECT id FROM events WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3", row => row.EventId(0), Columns.Of(first), Columns.Of(last), (long)limit));

    public ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) =>
        Read(() => _readers.Find($"SELECT {Columns.Delivery} FROM deliveries WHERE id = ?1", Columns.ReadDelivery, id.Value));

    public ValueTask<IReadOnlyList<DeliveryRow>> DeliveriesOfAsync(EventId id, CancellationToken cancellationToken) =>
        Deliveries("WHERE event = ?1 ORDER BY id", Columns.Of(id));

    public ValueTask<IReadOnlyList<DeliveryRow>> OpenInLaneAsync(LaneId lane, DeliveryId after, int limit, CancellationToken cancellationToken) =>
        Deliveries(
            "INDEXED BY deliveries_open WHERE state < 10 AND endpoint = ?1 AND address = ?2 AND critical = ?3 AND id > ?4 ORDER BY id LIMIT ?5",
            lane.Endpoint.Value, Columns.Of(lane.Address), lane.Critical ? 1L : 0L, after.Value, (long)limit);

    public ValueTask<IReadOnlyList<LaneId>> OpenLanesAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<LaneId>>(() => _readers.List(
        "SELECT DISTINCT endpoint, address, critical FROM deliveries INDEXED BY deliveries_open WHERE state < 10", row => Columns.ReadLane(row, 0)));

    public ValueTask<IReadOnlyList<DeliveryRow>> ListDeliveriesAsync(DeliveryState? state, int limit, CancellationToken cancellationToken) =>
        Deliveries(ListFilter(state) + " ORDER BY id DESC LIMIT ?1", (long)limit);

    public ValueTask<IReadOnlyDictionary<DeliveryState, long>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<DeliveryState, long>>(() => _readers
            .List("SELECT state, n FROM delivery_counts WHERE n > 0", row => (State: (DeliveryState)row.GetInt32(0), Count: row.GetInt64(1)))
            .ToDictionary(row => row.State, row => row.Count));

    // Walks the index of what is open, once; ids grow with time, so the least is the oldest.
    public ValueTask<IReadOnlyList<OpenDeliveries>> OpenByEndpointAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<OpenDeliveries>>(() => _readers.List(
        """
        WITH lanes AS (SELECT endpoint, count(*) AS n, min(id) AS first FROM deliveries INDEXED BY deliveries_open WHERE state < 10 GROUP BY endpoint, address, critical),
          endpoints AS (SELECT endpoint, count(*) AS lanes, sum(n) AS n, min(first) AS first FROM lanes GROUP BY endpoint)
        SELECT endpoints.endpoint, lanes, n, created_at FROM endpoints JOIN deliveries ON id = first ORDER BY endpoints.endpoint
        """,
        row => new OpenDeliveries(new EndpointId(row.GetString(0)), row.GetInt32(1), row.GetInt64(2), row.Instant(3))));

    public ValueTask<NativeClaim?> FindNativeAsync(BlindIndex id, CancellationToken cancellationToken) => Read(() => _readers.Find(
        "SELECT event, delivery, part FROM natives WHERE id = ?1",
        row => new NativeClaim(id, row.EventId(0), row.IsDBNull(1) ? null : new DeliveryId(row.GetInt64(1)), row.GetInt32(2)),
        Columns.Of(id)));

    public ValueTask<byte[]?> FindStateAsync(string scope, BlindIndex key, CancellationToken cancellationToken) =>
        Read(() => _readers.Find("SELECT sealed FROM state WHERE scope = ?1 AND key = ?2", row => row.Bytes(0), scope, Columns.Of(key)));

    public async IAsyncEnumerable<StateRow> ReadStateAsync(string scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Pages by key: a slow consumer must not keep a read transaction open, which would keep the write-ahead log from shrinking.
        const int Page = 500;
        byte[] after = [];
        List<StateRow> rows;
        do
        {
            rows = await Read(() => _readers.List(
                "SELECT key, sealed FROM state WHERE scope = ?1 AND key > ?2 ORDER BY key LIMIT ?3", row => new StateRow(row.Index(0), row.Bytes(1)),
                scope, after, (long)Page));
            foreach (var row in rows)
            {
                after = Columns.Of(row.Key);
                yield return row;
            }
        }
        while (rows.Count == Page);
    }

    public ValueTask DisposeAsync()
    {
        _checkpointer.Dispose(); // it may be waiting for the lock
        lock (_writing)
        {
            _readers.Dispose();
            _transaction.Dispose();
            _connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    // A partial index serves only a query that repeats its condition.
    private static string ListFilter(DeliveryState? state) => state switch
    {
        null => "",
        < DeliveryState.Sent => string.Create(CultureInfo.InvariantCulture, $"INDEXED BY deliveries_open WHERE state < 10 AND state = {(int)state}"),
        >= DeliveryState.Uncertain => string.Create(
            CultureInfo.InvariantCulture, $"INDEXED BY deliveries_settled_badly WHERE state >= 20 AND state = {(int)state}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"WHERE state = {(int)state}"),
    };

    private void Commit(IReadOnlyList<StoreChange> changes)
    {
        // The blob of an event that is there already is in use: it is neither written again nor deleted.
        var blobs = changes.OfType<StoreChange.AddEvent>().Select(change => change.Row).Where(row => BlobFolder.IsFor(row) && !HasEvent(row.Id)).ToList();
        try
        {
            _blobs.Write(blobs);
            _transaction.Commit(changes);
            _checkpointer.Committed();
        }
        catch (Exception failure) when (SqliteFailure.IsDiskFull(failure))
        {
            // What a full disk interrupted certainly was not committed, and its files must not keep the disk full. After any other failure
            // the commit may yet be found by a recovery, so the sweep at the next start decides.
            _blobs.Delete(blobs);
            throw;
        }
    }

    // An event whose body was removed has a file still when the removal crashed between the commit and the file.
    private bool HasBigBody(EventId id) => _readers.Query("SELECT 1 FROM events WHERE id = ?1 AND body IS NULL", rows => rows.Read(), Columns.Of(id));

    private bool HasEvent(EventId id) => _readers.Query("SELECT 1 FROM events WHERE id = ?1", rows => rows.Read(), Columns.Of(id));

    private ValueTask<IReadOnlyList<DeliveryRow>> Deliveries(string rest, params ReadOnlySpan<object?> values)
    {
        try
        {
            return ValueTask.FromResult<IReadOnlyList<DeliveryRow>>(
                _readers.List($"SELECT {Columns.Delivery} FROM deliveries {rest}", Columns.ReadDelivery, values));
        }
        catch (StoreException failure)
        {
            return ValueTask.FromException<IReadOnlyList<DeliveryRow>>(failure);
        }
    }

    private static ValueTask<T> Read<T>(Func<T> query)
    {
        try
        {
            return ValueTask.FromResult(query());
        }
        catch (StoreException failure)
        {
            return ValueTask.FromException<T>(failure);
        }
    }
}
