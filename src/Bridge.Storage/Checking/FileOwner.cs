using System.Runtime.InteropServices;

namespace Bridge.Storage.Checking;

/// <summary>Who owns a file, by number. The runtime does not say; on Linux <c>statx</c> does, alike on every architecture.</summary>
public readonly partial record struct FileOwner(uint User, uint Group)
{
    private const int CurrentFolder = -100;
    private const uint WantUserAndGroup = 0x18;
    private const int UserAt = 20;
    private const int GroupAt = 24;

    /// <summary>Of what a symbolic link leads to. Null where it cannot be known.</summary>
    public static FileOwner? Of(string path)
    {
        var answer = new byte[256];
        return OperatingSystem.IsLinux() && statx(CurrentFolder, path, 0, WantUserAndGroup, answer) == 0
            ? new FileOwner(BitConverter.ToUInt32(answer, UserAt), BitConverter.ToUInt32(answer, GroupAt))
            : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte[] answer);
}
