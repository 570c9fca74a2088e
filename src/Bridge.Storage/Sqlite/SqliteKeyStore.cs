using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>
/// The key database: a small SQLite file of its own, so that its backups can be kept shorter than the store's. What is removed is overwritten
/// with zeros in file and write-ahead log before the call returns.
/// </summary>
public sealed class SqliteKeyStore : IKeyStore
{
    public const string FileName = "keys.db";
    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private SqliteKeyStore(string path, SqliteConnection connection) => (_path, _connection) = (path, connection);

    /// <summary>The schema it had before it was opened; zero when it was new.</summary>
    internal int SchemaBefore { get; private init; }

    /// <summary>Opens or creates it in a folder. Whether one may be created is the caller's question.</summary>
    public static SqliteKeyStore Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var connection = Database.OpenWriter(path, KeySchema.Migrations, out var schemaBefore, "PRAGMA secure_delete=ON;");
        var store = new SqliteKeyStore(path, connection) { SchemaBefore = schemaBefore };

        // What a crash left in the log between a removal and its checkpoint goes now.
        store.Do(store.Truncate);
        return store;
    }

    /// <summary>
    /// A copy in memory, brought to the newest schema there: for looking at what must not be changed, such as a backup. Nothing of it reaches a disk.
    /// </summary>
    public static SqliteKeyStore OpenCopy(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var source = Database.OpenReader(path);
            var copy = new SqliteConnection("Data Source=:memory:;Pooling=False");
            copy.Open();
            source.BackupDatabase(copy);
            return new SqliteKeyStore(path, copy) { SchemaBefore = KeySchema.Migrations.Apply(copy) };
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            throw SqliteFailure.Of(failure, path);
        }
    }

    public IReadOnlyList<KeySlot> Slots() => Do(() => List(
        "SELECT id, kind, parameters, wrapped, name, tag, made_at, used_at FROM slots ORDER BY id",
        row => new KeySlot(row.GetInt32(0), row.GetString(1), row.GetString(2), row.Bytes(3))
        {
            Name = row.GetString(4), Tag = row.Bytes(5), MadeAt = row.InstantOrNull(6), UsedAt = row.InstantOrNull(7),
        }));

    public void AddSlot(KeySlot slot) => Do(() => Run(
        "INSERT INTO slots (id, kind, parameters, wrapped, name, tag, made_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (long)slot.Id, slot.Kind, slot.Parameters, slot.Wrapped, slot.Name, slot.Tag, Columns.OrNull(slot.MadeAt), Columns.OrNull(slot.UsedAt)));

    public void ReplaceSlots(IReadOnlyList<KeySlot> slots, WrappedRoot? previous) => Forgetting(transaction =>
    {
        using var update = new Statement(_connection, "UPDATE slots SET parameters = ?2, wrapped = ?3, name = ?4, tag = ?5, made_at = ?6 WHERE id = ?1", transaction);
        foreach (var slot in slots)
        {
            update.Run((long)slot.Id, slot.Parameters, slot.Wrapped, slot.Name, slot.Tag, Columns.OrNull(slot.MadeAt));
        }

        if (previous is not null)
        {
            using var keep = new Statement(_connection, "INSERT INTO roots (generation, wrapped) VALUES (?1, ?2)", transaction);
            keep.Run((long)previous.Generation, previous.Wrapped);
        }
    });

    public void RemoveSlot(int id) => Forget([id], "DELETE FROM slots WHERE id = ?1", (delete, slot) => delete.Run((long)slot));

    public void SlotUsed(int id, DateTimeOffset at) => Do(() => Run("UPDATE slots SET used_at = ?2 WHERE id = ?1", (long)id, Columns.Of(at)));

    public WrappedRoot? PreviousRoot() =>
        Do(() => List("SELECT generation, wrapped FROM roots", row => new WrappedRoot(row.GetInt32(0), row.Bytes(1)))).SingleOrDefault();

    public void ForgetPreviousRoot() => Forget([0], "DELETE FROM roots", (delete, _) => delete.Run());

    public IReadOnlyList<WrappedKey> Keys() => Do(() => List(
        "SELECT id, generation, epoch, wrapped, made, ends FROM keys ORDER BY number",
        row => new WrappedKey(new Guid(row.Bytes(0), bigEndian: true), row.GetInt32(1), row.GetString(2), row.Bytes(3))
        {
            Made = row.GetInt32(4), Ends = row.InstantOrNull(5),
        }));

    public void AddKey(WrappedKey key) => Do(() => Run(
        "INSERT INTO keys (id, generation, epoch, wrapped, made, ends) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        Id(key.Id), (long)key.Generation, key.Epoch, key.Wrapped, (long)key.Made, Columns.OrNull(key.Ends)));

    public void Rewrap(IReadOnlyList<WrappedKey> keys) => Forget(
        keys, "UPDATE keys SET generation = ?2, wrapped = ?3 WHERE id = ?1", (update, key) => update.Run(Id(key.Id), (long)key.Generation, key.Wrapped));

    public void DestroyKeys(IReadOnlyList<Guid> ids) => Forget(ids, "DELETE FROM keys WHERE id = ?1", (delete, id) => delete.Run(Id(id)));

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Id(Guid id) => id.ToByteArray(bigEndian: true);

    private void Forget<T>(IReadOnlyList<T> items, string sql, Action<Statement, T> apply) => Forgetting(transaction =>
    {
        using var statement = new Statement(_connection, sql, transaction);
        foreach (var item in items)
        {
            apply(statement, item);
        }
    });

    // secure_delete clears pages, but the old pages stay in the database file, and their images in the log, until a truncating checkpoint.
    private void Forgetting(Action<SqliteTransaction> change) => Do(() =>
    {
        using (var transaction = _connection.BeginTransaction())
        {
            change(transaction);
            transaction.Commit();
        }

        try
        {
            Truncate();
        }
        catch (Exception failure) when (SqliteFailure.Is(failure) || failure is StoreException)
        {
            var told = failure as StoreException ?? SqliteFailure.Of(failure, _path);
            throw new StoreException(told.Message, failure) { DiskFull = told.DiskFull, Committed = true };
        }
    });

    private void Truncate()
    {
        using var checkpoint = new Statement(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (checkpoint.Scalar() is not 0L)
        {
            throw new StoreException($"{_path} is read by another program, so removed keys may stay in its write-ahead log; close that program and try again");
        }
    }

    private void Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new Statement(_connection, sql);
        statement.Run(values);
    }

    private List<T> List<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var statement = new Statement(_connection, sql);
        using var rows = statement.Query();
        var list = new List<T>();
        while (rows.Read())
        {
            list.Add(read(rows));
        }

        return list;
    }

    private void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    private T Do<T>(Func<T> action)
    {
        try
        {
            lock (_lock)
            {
                return action();
            }
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            throw SqliteFailure.Of(failure, _path);
        }
    }
}
