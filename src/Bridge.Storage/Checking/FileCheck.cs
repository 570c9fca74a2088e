using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>Files of the owner alone, all of them the owner's.</summary>
internal sealed class FileCheck(string folder, Findings findings)
{
    private static readonly string[] s_names = [SqliteStore.FileName, SqliteKeyStore.FileName, KeySources.KeyFileName];

    public void Run()
    {
        var owner = FileOwner.Of(folder)?.User;
        Check(folder, ".", owner, "chmod 700");
        foreach (var path in Files())
        {
            Check(path, Path.GetRelativePath(folder, path), owner, "chmod 600");
        }
    }

    private IEnumerable<string> Files()
    {
        var folders = ((string[])[BlobFolder.Name, AttachmentFolder.Name]).Select(name => Path.Combine(folder, name)).Where(Directory.Exists);
        var ours = Directory.EnumerateFiles(folder).Where(path => s_names.Any(name => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal)));
        return ours.Concat(folders.SelectMany(Directory.EnumerateFiles));
    }

    private void Check(string path, string name, uint? owner, string close)
    {
        try
        {
            if (PrivateFiles.IsOpenToOthers(path))
            {
                findings.Add(name, "other users can get at it", $"{close} {path}", isDamage: false);
            }
        }
        catch (FileNotFoundException)
        {
            return; // a log that was just closed
        }

        if (owner is not null && FileOwner.Of(path)?.User is { } its && its != owner)
        {
            findings.Add(name, $"it belongs to user {its}, the folder to user {owner}: the daemon may not be able to use it", $"chown --reference={folder} {path}", isDamage: false);
        }
    }
}
