using System.Globalization;
using Bridge.Core.Storage;

namespace Bridge.Storage;

/// <summary>Keeps a data folder to one process. The kernel releases it when the process dies, however it dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "bridge.lock";
    private const string PidName = "bridge.pid"; // apart from the lock: a locked file cannot be read
    private const int WouldBlock = 11; // errno EWOULDBLOCK, as Linux gives it in HResult
    private const int WouldBlockMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION on Windows
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        var pid = Path.Combine(folder, PidName);
        FileStream file;
        try
        {
            file = PrivateFiles.Open(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            throw new StoreException($"the data folder {folder} is in use by {Holder(pid)}: stop it first, or give this one another folder (--data)") { InUse = true };
        }

        try
        {
            WriteNote(pid);
            return new FolderLock(file);
        }
        catch
        {
            // A full disk, mostly: whoever tries again must not find the folder locked by itself.
            file.Dispose();
            throw;
        }
    }

    /// <summary>True when a file could not be opened because somebody has locked it.</summary>
    public static bool IsHeld(IOException failure) => failure.HResult is WouldBlock or WouldBlockMac or SharingViolation;

    // The file stays: removing it would let two processes lock two files of the same name.
    public void Dispose() => _file.Dispose();

    /// <summary>True for the files of a lock.</summary>
    public static bool IsPart(string path) => Path.GetFileName(path) is LockName or PidName;

    /// <summary>Takes the files away from a folder that nobody else locks.</summary>
    public static void Remove(string folder)
    {
        File.Delete(Path.Combine(folder, PidName));
        File.Delete(Path.Combine(folder, LockName));
    }

    private static void WriteNote(string path)
    {
        using var note = PrivateFiles.Open(path, FileMode.Create, FileShare.ReadWrite | FileShare.Delete);
        note.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
    }

    private static string Holder(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var pid) ? $"process {pid}" : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
