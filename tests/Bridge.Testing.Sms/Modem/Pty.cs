using System.Runtime.InteropServices;
using System.Text;
using Bridge.Plugin.Sms.Modem.Serial;
using Microsoft.Win32.SafeHandles;

namespace Bridge.Testing.Sms.Modem;

/// <summary>A pseudo-terminal: a serial port whose other end is here. Disposing it is pulling the plug.</summary>
internal sealed class Pty : IDisposable
{
    private const int PollMilliseconds = 10;
    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _slave;
    private readonly Thread _reading;
    private volatile bool _isUnplugged;

    public Pty(Action<byte[]> heard)
    {
        var master = posix_openpt(Native.ReadWrite | Native.NoControllingTerminal | Native.CloseOnExec);
        var name = new byte[64];
        if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, name.Length) != 0)
        {
            throw new IOException("no pseudo-terminal: " + Marshal.GetLastPInvokeErrorMessage());
        }

        Path = Encoding.ASCII.GetString(name).TrimEnd('\0');
        _master = new SafeFileHandle(master, true);
        _slave = new SafeFileHandle(Native.Open(Path, Native.ReadWrite | Native.NoControllingTerminal | Native.CloseOnExec), true);
        var termios = new byte[Native.TermiosSize];
        _ = Native.GetTermios(_slave, ref termios[0]);
        Native.MakeRaw(ref termios[0]);
        _ = Native.SetTermios(_slave, Native.Now, ref termios[0]);
        _reading = new Thread(() => Read(heard)) { IsBackground = true, Name = "pty" };
        _reading.Start();
    }

    public string Path { get; }

    /// <summary>What nobody reads is lost in time, as in a real one.</summary>
    public void Write(string text)
    {
        ReadOnlySpan<byte> octets = Encoding.Latin1.GetBytes(text);
        while (!octets.IsEmpty && !_isUnplugged)
        {
            if (!IsReady(Native.Writable, 2_000))
            {
                return;
            }

            try
            {
                var count = Native.Write(_master, in octets[0], Math.Min(octets.Length, 256));
                octets = count > 0 ? octets[(int)count..] : [];
            }
            catch (ObjectDisposedException)
            {
                return; // unplugged meanwhile
            }
        }
    }

    /// <summary>Also from within what it calls.</summary>
    public void Dispose()
    {
        _isUnplugged = true;
        if (Thread.CurrentThread != _reading)
        {
            _reading.Join();
        }

        _master.Dispose();
        _slave.Dispose();
    }

    private void Read(Action<byte[]> heard)
    {
        var buffer = new byte[1_024];
        while (!_isUnplugged)
        {
            if (IsReady(Native.Readable, PollMilliseconds) && Native.Read(_master, ref buffer[0], buffer.Length) is var count and > 0)
            {
                heard(buffer[..(int)count]);
            }
        }
    }

    private bool IsReady(short wanted, int milliseconds)
    {
        var entry = new Native.PollEntry { File = (int)_master.DangerousGetHandle(), Wanted = wanted };
        return Native.Poll(ref entry, 1, milliseconds) > 0 && (entry.Found & wanted) != 0;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int posix_openpt(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int grantpt(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern int unlockpt(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern int ptsname_r(int file, byte[] name, nint size);
}
