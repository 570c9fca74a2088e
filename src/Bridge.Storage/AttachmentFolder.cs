using Bridge.Core.Storage;

namespace Bridge.Storage;

/// <summary>Sealed attachments, one file each, in a folder of the data folder.</summary>
public sealed class AttachmentFolder : ISealedFiles
{
    /// <summary>The folder's name in a data folder.</summary>
    public const string Name = "attachments";

    private readonly string _path;

    /// <param name="data">The data folder.</param>
    public AttachmentFolder(string data)
    {
        _path = Path.Combine(data, Name);
        PrivateFiles.MakeFolder(_path);
    }

    public FileStream Create(string name) => PrivateFiles.Open(PathOf(name), FileMode.CreateNew);

    public void Keep(FileStream file)
    {
        file.Flush(flushToDisk: true);
        Directories.Flush(_path);
    }

    public FileStream? Open(string name)
    {
        try
        {
            return File.OpenRead(PathOf(name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public IEnumerable<(string Name, DateTimeOffset MadeAt)> All() =>
        new DirectoryInfo(_path).EnumerateFiles().Select(file => (file.Name, new DateTimeOffset(file.LastWriteTimeUtc)));

    public void Delete(string name) => File.Delete(PathOf(name));

    private string PathOf(string name) => Path.Combine(_path, Path.GetFileName(name));
}
