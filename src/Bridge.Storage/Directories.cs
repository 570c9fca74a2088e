using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bridge.Storage;

/// <summary>Makes a folder's entries durable. The runtime opens no folders, so this asks the C library; Windows needs no such thing.</summary>
internal static partial class Directories
{
    private const int NotForFolders = 22; // errno EINVAL: some network file systems make entries durable by themselves

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = open(path, flags: 0);
        if (folder.IsInvalid || (fsync(folder) != 0 && Marshal.GetLastPInvokeError() != NotForFolders))
        {
            throw new IOException($"the folder {path} cannot be written to the disk (error {Marshal.GetLastPInvokeError()})", Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
}
