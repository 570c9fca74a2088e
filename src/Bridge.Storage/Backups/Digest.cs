using System.Security.Cryptography;

namespace Bridge.Storage.Backups;

/// <summary>Sizes and hashes of a backup's files.</summary>
internal static class Digest
{
    /// <summary>Every file but the lock and the manifest, in a steady order; on the disk when this is through.</summary>
    public static IEnumerable<BackupFile> All(string folder, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => !FolderLock.IsPart(path)).Order(StringComparer.Ordinal).ToList();
        var (done, total) = (0L, files.Sum(path => new FileInfo(path).Length));
        foreach (var path in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report(new(done, total, "bytes read back"));
            var file = Of(folder, Path.GetRelativePath(folder, path), flush: true);
            done += file.Bytes;
            yield return file;
        }
    }

    /// <summary>Throws when the file is not there.</summary>
    public static BackupFile Of(string folder, string name, bool flush = false)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.Open, flush ? FileAccess.ReadWrite : FileAccess.Read, FileShare.Read);
        if (flush)
        {
            file.Flush(flushToDisk: true);
        }

        return new BackupFile(name.Replace('\\', '/'), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
