using System.Numerics;
using Bridge.Core.Sealing;
using Bridge.Storage.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>Every key opens, and a key that envelopes name and nobody has was destroyed, not damaged.</summary>
internal sealed class KeysCheck(string folder, KeyRing keys, Findings findings)
{
    // Ids are 128 random bits: two that differ in so few were one.
    private const int FewBits = 16;

    /// <summary>Gives how many envelopes nobody can open any more because their key was destroyed.</summary>
    public long Run(IReadOnlyDictionary<Guid, long> withoutKey)
    {
        var known = Ids();
        foreach (var id in known.Where(id => !keys.Opens(id)))
        {
            findings.Add(SqliteKeyStore.FileName, $"key {Short(id)} does not open: nothing that was sealed under it can be read", Cures.Restore);
        }

        foreach (var slot in keys.ChangedSlots())
        {
            findings.Add(SqliteKeyStore.FileName, $"slot {slot} is damaged: what it was made for may open nothing any more", "bridge keys remove, then add it anew");
        }

        var destroyed = 0L;
        foreach (var (missing, envelopes) in withoutKey)
        {
            if (known.Any(id => Distance(id, missing) <= FewBits))
            {
                findings.Add(SqliteStore.FileName, $"{envelopes} envelopes name key {Short(missing)}, which never was: the name is damaged", Cures.Gone);
            }
            else
            {
                destroyed += envelopes;
            }
        }

        return destroyed;
    }

    private List<Guid> Ids()
    {
        using var connection = Database.OpenReader(Path.Combine(folder, SqliteKeyStore.FileName));
        using var select = new Statement(connection, "SELECT id FROM keys WHERE epoch <> 'index'");
        using var rows = select.Query();
        var ids = new List<Guid>();
        while (rows.Read())
        {
            ids.Add(new Guid(rows.Bytes(0), bigEndian: true));
        }

        return ids;
    }

    private static string Short(Guid id) => $"{id:N}"[..8];

    private static int Distance(Guid left, Guid right)
    {
        var (a, b) = (left.ToByteArray(), right.ToByteArray());
        return a.Zip(b, (x, y) => BitOperations.PopCount((uint)(x ^ y))).Sum();
    }
}
