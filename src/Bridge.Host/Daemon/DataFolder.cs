using System.Globalization;

namespace Bridge.Host.Daemon;

/// <summary>The data folder of this process, locked: one daemon at a time, whatever happened to the last one.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string Store => System.IO.Path.Combine(Path, "store.db");

    public string Keys => System.IO.Path.Combine(Path, "keys.db");

    /// <summary>Where the root key lies when no other source was named.</summary>
    public string KeyFile => System.IO.Path.Combine(Path, "bridge.key");

    public string Plugins => System.IO.Path.Combine(Path, "plugins");

    /// <summary>Makes the folder (0700) when there is none, and locks it. The kernel frees the lock of a process that dies.</summary>
    public static DataFolder Lock(string path)
    {
        try
        {
            Create(path);
            var folder = new DataFolder(path, Hold(path));
            File.WriteAllText(PidFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return folder;
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartException($"the data folder {path} cannot be written by this user", "give it to the user who runs Bridge, or choose another one with --data");
        }
        catch (IOException failure)
        {
            throw new StartException($"the data folder {path} cannot be used: {failure.Message}", "choose another one with --data");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Hold(string path)
    {
        const int TryAgain = 11; // EWOULDBLOCK of flock(2): somebody holds it
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult == TryAgain)
        {
            throw new StartException(
                $"another Bridge{Owner(path)} already uses the data folder {path}", "stop it first, or give this one a folder of its own with --data", busy: true);
        }
    }

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string PidFile(string path) => System.IO.Path.Combine(path, "pid");

    private static string Owner(string path)
    {
        try
        {
            return File.Exists(PidFile(path)) ? $" (process {File.ReadAllText(PidFile(path)).Trim()})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
