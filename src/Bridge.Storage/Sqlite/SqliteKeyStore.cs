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
        return new SqliteKeyStore(path, connection) { SchemaBefore = schemaBefore };
    }

    public IReadOnlyList<KeySlot> Slots() => Do(() => List(
        "SELECT id, kind, parameters, wrapped FROM slots ORDER BY id",
        row => new KeySlot(row.GetInt32(0), row.GetString(1), row.GetString(2), row.Bytes(3))));

    public void AddSlot(KeySlot slot) => Do(() => Run(
        "INSERT INTO slots (id, kind, parameters, wrapped) VALUES (?1, ?2, ?3, ?4)", (long)slot.Id, slot.Kind, slot.Parameters, slot.Wrapped));

    public IReadOnlyList<WrappedKey> Keys() => Do(() => List(
        "SELECT id, generation, epoch, wrapped FROM keys ORDER BY number",
        row => new WrappedKey(new Guid(row.Bytes(0), bigEndian: true), row.GetInt32(1), row.GetString(2), row.Bytes(3))));

    public void AddKey(WrappedKey key) => Do(() => Run(
        "INSERT INTO keys (id, generation, epoch, wrapped) VALUES (?1, ?2, ?3, ?4)", Id(key.Id), (long)key.Generation, key.Epoch, key.Wrapped));

    public void Rewrap(IReadOnlyList<WrappedKey> keys) => Forget(
        keys, "UPDATE keys SET generation = ?2, wrapped = ?3 WHERE id = ?1", (update, key) => update.Run(Id(key.Id), (long)key.Generation, key.Wrapped));

    public void DestroyKeys(IReadOnlyList<Guid> ids) => Forget(ids, "DELETE FROM keys WHERE id = ?1", (delete, id) => delete.Run(Id(id)));

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Id(Guid id) => id.ToByteArray(bigEndian: true);

    // secure_delete clears pages, but the old pages stay in the database file, and their images in the log, until a truncating checkpoint.
    private void Forget<T>(IReadOnlyList<T> items, string sql, Action<Statement, T> apply) => Do(() =>
    {
        using (var transaction = _connection.BeginTransaction())
        {
            using var statement = new Statement(_connection, sql, transaction);
            foreach (var item in items)
            {
                apply(statement, item);
            }

            transaction.Commit();
        }

        using var checkpoint = new Statement(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (checkpoint.Scalar() is not 0L)
        {
            throw new StoreException($"{_path} is read by another program, so removed keys may stay in its write-ahead log; close that program and try again");
        }
    });

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
