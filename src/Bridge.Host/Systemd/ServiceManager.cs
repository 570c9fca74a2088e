using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bridge.Host.Systemd;

/// <summary>
/// Tells the service manager what the daemon does (sd_notify): one datagram per fact to the socket that NOTIFY_SOCKET names. Without one nothing is
/// said, and a manager that does not listen is never a reason to fail: the daemon's work does not depend on being watched.
/// </summary>
internal sealed class ServiceManager(string? socket, TimeSpan? watchdog, TimeProvider clock)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>How long the manager waits for a sign of life before it ends the process; null when it does not watch.</summary>
    public TimeSpan? Watchdog { get; } = socket is null ? null : watchdog;

    public bool Listens => socket is not null;

    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="process">Of this process: WATCHDOG_PID may mean another one.</param>
    /// <param name="clock">The only clock.</param>
    public static ServiceManager Find(Func<string, string?> environment, int process, TimeProvider clock)
    {
        var named = environment("NOTIFY_SOCKET");
        var socket = named is ['/' or '@', _, ..] ? named : null;
        var ours = environment("WATCHDOG_PID") is not { Length: > 0 } meant || meant == process.ToString(CultureInfo.InvariantCulture);
        var watched = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0;
        return new ServiceManager(socket, ours && watched ? TimeSpan.FromMicroseconds(microseconds) : null, clock);
    }

    /// <summary>The start, or a reload, is complete.</summary>
    public void Ready(string status) => Tell("READY=1", Described(status));

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public void Status(string status) => Tell(Described(status));

    /// <summary>A reload begins; <see cref="Ready"/> ends it, whatever came of it.</summary>
    public void Reloading() => Tell("RELOADING=1", $"MONOTONIC_USEC={Microseconds()}");

    public void Stopping() => Tell("STOPPING=1", Described("stopping"));

    /// <summary>A sign of life.</summary>
    public void Alive() => Tell("WATCHDOG=1");

    private static string Described(string status) => "STATUS=" + status.ReplaceLineEndings(" ");

    // The manager compares it with CLOCK_MONOTONIC, which is what the runtime's timestamps are on Linux.
    private string Microseconds() =>
        ((Int128)clock.GetTimestamp() * 1_000_000 / clock.TimestampFrequency).ToString(CultureInfo.InvariantCulture);

    private void Tell(params ReadOnlySpan<string> facts)
    {
        if (socket is null)
        {
            return;
        }

        // '@' stands for the NUL with which a name begins that is not in the file system.
        var address = socket[0] == '@' ? '\0' + socket[1..] : socket;
        try
        {
            using var datagrams = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            datagrams.SendTimeout = (int)s_patience.TotalMilliseconds;
            datagrams.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', facts)), new UnixDomainSocketEndPoint(address));
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            // See above.
        }
    }
}
