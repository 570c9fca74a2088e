using Bridge.Core.Storage;
using Bridge.Storage.Backups;

namespace Bridge.Storage.Checking;

/// <summary>A backup's files against its manifest.</summary>
internal static class BackupFiles
{
    public const string Cure = "take another backup, or use an older one; the disk it lies on may be failing";

    public static IReadOnlyList<Finding> Check(string folder, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var manifest = BackupManifest.Read(folder);
        var findings = new List<Finding>();
        var done = 0L;
        foreach (var file in manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report(new(done, manifest.Bytes, "bytes"));
            try
            {
                if (Digest.Of(folder, file.Name) != file)
                {
                    findings.Add(new(file.Name, "it is not what was backed up: its hash differs", Cure));
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                findings.Add(new(file.Name, failure is FileNotFoundException or DirectoryNotFoundException ? "it is missing" : $"it cannot be read: {failure.Message}", Cure));
            }

            done += file.Bytes;
        }

        return findings;
    }

    /// <summary>Throws <see cref="StoreException"/> with the first that is wrong.</summary>
    public static void Require(string folder, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (Check(folder, progress, cancellationToken) is [var first, ..] all)
        {
            throw new StoreException($"{folder} is damaged: {first.Where}: {first.What}{(all.Count > 1 ? $", and {all.Count - 1} more" : "")}. {char.ToUpperInvariant(Cure[0])}{Cure[1..]}");
        }
    }
}
