using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Backups;

/// <summary>Looks into the databases of a backup that is being made. Opens no envelope.</summary>
internal sealed class CopiedData(string folder) : IDisposable
{
    private readonly SqliteConnection _store = Database.OpenReader(Path.Combine(folder, SqliteStore.FileName));
    private HashSet<Guid>? _keys;

    /// <summary>Events whose body is a file, each with another envelope sealed under the same key.</summary>
    public List<(EventId Id, byte[] Sealed)> Blobs()
    {
        using var select = new Statement(_store, "SELECT id, decision FROM events WHERE body IS NULL");
        using var rows = select.Query();
        var blobs = new List<(EventId, byte[])>();
        while (rows.Read())
        {
            blobs.Add((rows.EventId(0), rows.Bytes(1)));
        }

        return blobs;
    }

    public long Count(string table)
    {
        using var count = new Statement(_store, $"SELECT count(*) FROM {table}");
        return (long)count.Scalar()!;
    }

    /// <summary>A backup of a damaged store is worse than the last one of a sound store: it would push that out.</summary>
    public void CheckIntegrity()
    {
        using var keys = Keys();
        foreach (var (connection, name) in ((SqliteConnection, string)[])[(_store, SqliteStore.FileName), (keys, SqliteKeyStore.FileName)])
        {
            using var check = new Statement(connection, "PRAGMA integrity_check(1)");
            if (check.Scalar() is not "ok")
            {
                throw new StoreException($"{name} is damaged, so no backup was made: see bridge check, and keep the backups you have");
            }
        }
    }

    /// <summary>False when the key of an envelope was destroyed.</summary>
    public bool HasKeyOf(byte[] envelope) => (_keys ??= ReadKeys()).Contains(Core.Sealing.Sealer.KeyIdOf(envelope));

    public void Dispose() => _store.Dispose();

    private SqliteConnection Keys() => Database.OpenReader(Path.Combine(folder, SqliteKeyStore.FileName));

    private HashSet<Guid> ReadKeys()
    {
        using var keys = Keys();
        using var select = new Statement(keys, "SELECT id FROM keys");
        using var rows = select.Query();
        var ids = new HashSet<Guid>();
        while (rows.Read())
        {
            ids.Add(new Guid(rows.Bytes(0), bigEndian: true));
        }

        return ids;
    }
}
