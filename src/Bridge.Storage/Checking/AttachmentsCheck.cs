using Bridge.Core.Attachments;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>Reads every attachment from end to end, as its receiver would; and counts the files that nothing opens.</summary>
internal sealed class AttachmentsCheck(SqliteConnection store, string folder, bool live, Findings findings)
{
    private readonly string _path = Path.Combine(folder, AttachmentFolder.Name);

    public void Run(Sealer? sealer, CancellationToken stop)
    {
        if (!Directory.Exists(_path))
        {
            return; // of a Bridge that had none
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in sealer is null ? [] : Rows(sealer))
        {
            stop.ThrowIfCancellationRequested();
            known.Add(row.File);
            if (Problem(row) is { } problem && (!live || Rows(sealer!).Any(other => other.Id == row.Id)))
            {
                findings.Add(AttachmentFolder.Name, $"{row.File}: {problem}", Cures.Gone);
            }
        }

        var unknown = Directory.EnumerateFiles(_path).Count(path => !known.Contains(Path.GetFileName(path)));
        if (unknown > 0 && sealer is not null && !live)
        {
            findings.Notices.Add($"{unknown} files in {AttachmentFolder.Name}/ belong to no attachment: what a crash leaves; the daemon removes them after a day");
        }
    }

    private string? Problem(AttachmentRow row)
    {
        try
        {
            using var content = SealedBlobs.Open(File.OpenRead(Path.Combine(_path, row.File)), row);
            content.CopyTo(Stream.Null);
            return null;
        }
        catch (FileNotFoundException)
        {
            return "it is missing";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure is UnauthorizedAccessException ? "it cannot be read" : "it is damaged: it is not what was sealed";
        }
    }

    private List<AttachmentRow> Rows(Sealer sealer)
    {
        using var select = new Statement(store, $"SELECT key, sealed FROM state WHERE scope = '{AttachmentRows.Scope}'");
        using var rows = select.Query();
        var list = new List<AttachmentRow>();
        while (rows.Read())
        {
            list.AddRange(AttachmentRows.Open<AttachmentRow>(sealer, new StateRow(rows.Index(0), rows.Bytes(1))) is { } row ? [row] : []);
        }

        return list;
    }
}
