using System.Runtime.InteropServices;

namespace Bridge.Storage.Checking;

/// <summary>Who owns a file. The runtime does not say; on Linux <c>statx</c> does, in a form that is the same on every architecture.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint WantOwner = 0x8;
    private const int OwnerAt = 20;

    /// <summary>Null where it cannot be known.</summary>
    public static uint? Of(string path)
    {
        var answer = new byte[256];
        return OperatingSystem.IsLinux() && statx(CurrentFolder, path, 0, WantOwner, answer) == 0 ? BitConverter.ToUInt32(answer, OwnerAt) : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte[] answer);
}
