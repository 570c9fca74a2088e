using System.Runtime.InteropServices;

namespace Bridge.Host.Terminal;

/// <summary>Whether this process may read its terminal: one in the background (<c>bridge run &amp;</c>) would be stopped by the kernel for trying.</summary>
internal static partial class Foreground
{
    public static bool IsOurs() => OperatingSystem.IsWindows() || ForegroundGroup(0) == OwnGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();
}
