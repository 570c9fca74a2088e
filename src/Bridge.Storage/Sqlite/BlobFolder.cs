using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Storage.Sqlite;

/// <summary>
/// Sealed bodies too big for a row, one file per event. A file and its folder entry are on the disk before the commit that refers to it, so a
/// committed row always finds its file; a file without a row is what a crash leaves, and is swept at the next start.
/// </summary>
internal sealed class BlobFolder
{
    /// <summary>The folder's name in a data folder.</summary>
    public const string Name = "blobs";

    /// <summary>64 kB of content, and its envelope.</summary>
    public const int Threshold = 64 * 1024;

    private const string Unfinished = ".new";
    private readonly string _path;

    /// <param name="path">The folder.</param>
    /// <param name="create">Makes it when it is not there; without it, nothing is changed.</param>
    public BlobFolder(string path, bool create = true)
    {
        _path = path;
        if (create)
        {
            PrivateFiles.MakeFolder(path);
        }
    }

    public static bool IsFor(EnvelopeRow row) => row.Body.Length > Threshold;

    /// <summary>
    /// Durable when it returns. Writes over what a failed commit left under the same name; the caller gives none that a row refers to.
    /// </summary>
    public void Write(IReadOnlyCollection<EnvelopeRow> rows)
    {
        foreach (var row in rows)
        {
            using var file = PrivateFiles.Open(PathOf(row.Id), FileMode.Create, FileShare.None);
            file.Write(row.Body);
            file.Flush(flushToDisk: true);
        }

        if (rows.Count > 0)
        {
            Directories.Flush(_path);
        }
    }

    /// <summary>Empty when the file is lost: as unreadable as a damaged one, and to be treated so rather than looked for again and again.</summary>
    public byte[] Read(EventId id)
    {
        try
        {
            return File.ReadAllBytes(PathOf(id));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    public void Delete(IEnumerable<EnvelopeRow> rows)
    {
        foreach (var row in rows)
        {
            File.Delete(PathOf(row.Id));
        }
    }

    /// <summary>Deletes every file that no row refers to; how many there were.</summary>
    public int Sweep(Func<EventId, bool> isReferred)
    {
        var orphans = Directory.EnumerateFiles(_path)
            .Where(path => path.EndsWith(Unfinished, StringComparison.Ordinal) || Guid.TryParseExact(Path.GetFileName(path), "N", out var id) && !isReferred(new EventId(id)))
            .ToList();
        orphans.ForEach(File.Delete);
        return orphans.Count;
    }

    /// <summary>The ids of all bodies that are here, in no order.</summary>
    public IEnumerable<EventId> Ids() => Directory.EnumerateFiles(_path)
        .Select(path => Guid.TryParseExact(Path.GetFileName(path), "N", out var id) ? new EventId(id) : (EventId?)null).OfType<EventId>();

    /// <summary>What stands before the ciphertext; less when the file is lost or cut off.</summary>
    public byte[] ReadHeader(EventId id, int length)
    {
        try
        {
            using var file = File.OpenRead(PathOf(id));
            var header = new byte[length];
            return header[..file.ReadAtLeast(header, length, throwOnEndOfStream: false)];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Another envelope in the place of one: whoever reads, and whatever crashes, finds the one or the other.</summary>
    public void Replace(EventId id, byte[] body)
    {
        var next = PathOf(id) + Unfinished;
        using (var file = PrivateFiles.Open(next, FileMode.Create, FileShare.None))
        {
            file.Write(body);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, PathOf(id), overwrite: true);
        Directories.Flush(_path);
    }

    public void Delete(EventId id) => File.Delete(PathOf(id));

    /// <summary>The file of an event's body.</summary>
    public static string NameOf(EventId id) => id.Value.ToString("N");

    private string PathOf(EventId id) => Path.Combine(_path, NameOf(id));
}
