using System.Globalization;
using Bridge.Core.Storage;

namespace Bridge.Storage;

/// <summary>Keeps a data folder to one process. The kernel releases it when the process dies, however it dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string FileName = "bridge.lock";
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream file;
        try
        {
            file = PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException)
        {
            throw new StoreException($"the data folder {folder} is in use by {Holder(path)}: stop it first, or give this one another folder (--data)") { InUse = true };
        }

        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush();
        return new FolderLock(file);
    }

    // The file stays: removing it would let two processes lock two files of the same name.
    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            // Sharing everything takes no lock, so the holder's pid can be read while it holds.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd().Trim(), CultureInfo.InvariantCulture, out var pid) ? $"process {pid}" : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
