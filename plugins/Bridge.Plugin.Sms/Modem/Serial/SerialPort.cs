using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bridge.Plugin.Sms.Modem.Serial;

/// <summary>A serial port, raw: one thread reads, others write. What is unplugged ends with an <see cref="IOException"/>.</summary>
internal sealed class SerialPort : IDisposable
{
    private const int WritePatience = 2_000;
    private const string Gone = "the modem is gone: was it unplugged?";
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _wake;
    private readonly SafeFileHandle _waker;

    private SerialPort(SafeFileHandle file)
    {
        _file = file;
        Span<int> ends = stackalloc int[2];

        // A program that is started meanwhile must not hold an end: closing ours would wake nobody then.
        if (Native.Pipe(ref ends[0], Native.CloseOnExec) != 0)
        {
            throw new IOException("no pipe could be made: " + Reason());
        }

        (_wake, _waker) = (new SafeFileHandle(ends[0], true), new SafeFileHandle(ends[1], true));
    }

    /// <summary>Throws <see cref="IOException"/> when it is not there, not ours to open, or in use.</summary>
    /// <param name="path">Followed, so a link by id serves.</param>
    /// <param name="speed">In bauds; one of <see cref="LineSpeed"/>.</param>
    public static SerialPort Open(string path, int speed)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new IOException("serial ports can be used on Linux alone");
        }

        var opened = Native.Open(path, Native.ReadWrite | Native.NoControllingTerminal | Native.NonBlocking | Native.CloseOnExec);
        if (opened < 0)
        {
            throw new IOException(
                $"the device of the modem cannot be opened ({Reason()}): is it plugged in, and is Bridge's user in its group (dialout, most often)?");
        }

        var file = new SafeFileHandle(opened, true);
        try
        {
            if (Native.Lock(file, Native.ExclusiveLock | Native.LockNonBlocking) != 0)
            {
                throw new DeviceInUseException("another program uses the modem");
            }

            MakeRaw(file, speed);
            return new SerialPort(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the next octets. None: the port was closed here.</summary>
    public int Read(Span<byte> buffer)
    {
        while (Waits(Native.Readable, -1))
        {
            var count = Native.Read(_file, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count > 0)
            {
                return (int)count;
            }

            if (count == 0 || Marshal.GetLastPInvokeError() is not (Native.Interrupted or Native.TryAgain))
            {
                throw new IOException(Gone);
            }
        }

        return 0;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var count = WriteSome(octets);
            if (count >= 0)
            {
                octets = octets[(int)count..];
            }
            else if (Marshal.GetLastPInvokeError() is not (Native.Interrupted or Native.TryAgain))
            {
                throw new IOException(Gone);
            }
            else if (!Waits(Native.Writable, WritePatience))
            {
                throw new IOException("the modem takes nothing");
            }
        }
    }

    private nint WriteSome(ReadOnlySpan<byte> octets)
    {
        try
        {
            return Native.Write(_file, in MemoryMarshal.GetReference(octets), octets.Length);
        }
        catch (ObjectDisposedException closed)
        {
            throw new IOException(Gone, closed);
        }
    }

    /// <summary>Ends <see cref="Read"/>. The file itself is closed when that has ended, too.</summary>
    public void Dispose()
    {
        _waker.Dispose();
        _file.Dispose();
        _wake.Dispose();
    }

    /// <summary>False when it was closed here, or too late.</summary>
    private bool Waits(short wanted, int milliseconds)
    {
        var (isHeld, isWakeHeld) = (false, false);
        try
        {
            _file.DangerousAddRef(ref isHeld);
            _wake.DangerousAddRef(ref isWakeHeld);
            Span<Native.PollEntry> entries =
            [
                new() { File = (int)_file.DangerousGetHandle(), Wanted = wanted },
                new() { File = (int)_wake.DangerousGetHandle(), Wanted = Native.Readable },
            ];
            int found;
            do
            {
                found = Native.Poll(ref entries[0], 2, milliseconds);
            }
            while (found < 0 && Marshal.GetLastPInvokeError() == Native.Interrupted);

            return found > 0 && entries[1].Found == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            Release(_wake, isWakeHeld);
            Release(_file, isHeld);
        }
    }

    private static void Release(SafeFileHandle file, bool isHeld)
    {
        if (isHeld)
        {
            file.DangerousRelease();
        }
    }

    private static void MakeRaw(SafeFileHandle file, int speed)
    {
        Span<byte> termios = stackalloc byte[Native.TermiosSize];
        if (Native.GetTermios(file, ref termios[0]) != 0)
        {
            throw new IOException($"the device of the modem is no serial port ({Reason()})");
        }

        Native.MakeRaw(ref termios[0]);
        MemoryMarshal.Cast<byte, uint>(termios)[Native.ControlFlags / sizeof(uint)] |= Native.ReadLocal;

        // The GNU library takes bauds, also where its constants are others; musl takes the constants alone.
        if (Native.SetSpeed(ref termios[0], (uint)speed) != 0 && Native.SetSpeed(ref termios[0], LineSpeed.ConstantOf(speed)) != 0)
        {
            throw new IOException("the speed cannot be set");
        }

        if (Native.SetTermios(file, Native.Now, ref termios[0]) != 0)
        {
            throw new IOException($"the serial port cannot be set up ({Reason()})");
        }

        Native.Flush(file, Native.Both);
    }

    private static string Reason() => Marshal.GetLastPInvokeErrorMessage().ToLowerInvariant();
}

/// <summary>The speeds of serial ports that modems know.</summary>
internal static class LineSpeed
{
    public const int Usual = 115_200;

    private static readonly Dictionary<int, uint> s_constants = new()
    {
        [9_600] = 0xd, [19_200] = 0xe, [38_400] = 0xf, [57_600] = 0x1001, [Usual] = 0x1002,
        [230_400] = 0x1003, [460_800] = 0x1004, [921_600] = 0x1007,
    };

    public static IEnumerable<int> All => s_constants.Keys;

    /// <summary>As Linux writes it in struct termios.</summary>
    public static uint ConstantOf(int speed) => s_constants[speed];
}

/// <summary>Something else has the device: a running Bridge, most often.</summary>
internal sealed class DeviceInUseException(string message) : IOException(message);
