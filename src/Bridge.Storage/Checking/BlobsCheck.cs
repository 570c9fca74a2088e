using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>Files of big bodies that no row refers to. What a row refers to and is missing, or damaged, is found when it is opened.</summary>
internal sealed class BlobsCheck(SqliteConnection store, string folder, bool live, Findings findings)
{
    public void Run()
    {
        var path = Path.Combine(folder, BlobFolder.Name);
        if (!Directory.Exists(path))
        {
            findings.Add(BlobFolder.Name, "the folder is missing");
            return;
        }

        using var find = new Statement(store, "SELECT 1 FROM events WHERE id = ?1 AND body IS NULL");
        var orphans = 0;
        foreach (var file in Directory.EnumerateFiles(path))
        {
            var known = Guid.TryParseExact(Path.GetFileName(file), "N", out var id);
            if (!known || find.Scalar(id.ToByteArray(bigEndian: true)) is null)
            {
                orphans++;
            }
        }

        // A daemon writes the file before the row.
        if (orphans > 0 && !live)
        {
            findings.Notices.Add($"{orphans} files in {BlobFolder.Name}/ belong to no event: what a crash leaves; the next start removes them");
        }
    }
}
