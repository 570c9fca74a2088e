using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bridge.Plugin.Sms.Modem.Serial;

/// <summary>The calls of the C library that a serial port takes (Linux).</summary>
internal static partial class Native
{
    public const int ReadWrite = 0x2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int ExclusiveLock = 2;
    public const int LockNonBlocking = 4;
    public const int Now = 0; // TCSANOW
    public const int Both = 2; // TCIOFLUSH
    public const short Readable = 0x1;
    public const short Writable = 0x4;
    public const int Interrupted = 4;
    public const int TryAgain = 11;

    /// <summary>More than any struct termios takes.</summary>
    public const int TermiosSize = 128;

    /// <summary>Where c_cflag is in struct termios, and what is set there: read at all, and do not ask the modem's carrier.</summary>
    public const int ControlFlags = 8;
    public const uint ReadLocal = 0x80 | 0x800;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ref readonly byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(ref int ends, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetTermios(SafeFileHandle file, ref byte termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetTermios(SafeFileHandle file, int when, ref byte termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(ref byte termios);

    [LibraryImport("libc", EntryPoint = "cfsetspeed", SetLastError = true)]
    public static partial int SetSpeed(ref byte termios, uint speed);

    [LibraryImport("libc", EntryPoint = "tcflush", SetLastError = true)]
    public static partial int Flush(SafeFileHandle file, int which);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int File;
        public short Wanted;
        public short Found;
    }
}
