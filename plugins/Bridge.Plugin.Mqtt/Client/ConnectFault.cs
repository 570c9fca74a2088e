using System.Net.Sockets;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>Why no connection came about, in words.</summary>
internal static class ConnectFault
{
    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "nothing listens at that host and port (ConnectionRefused): check the port in 'url', and that the broker runs",
        SocketError.HostNotFound or SocketError.NoData => "there is no such host (HostNotFound): check the name in 'url'",
        SocketError.TryAgain => "the name of its host cannot be looked up now (TryAgain): check DNS",
        SocketError.TimedOut => "its host does not answer (TimedOut): check the address in 'url', and firewalls between",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"there is no way to its host ({error}): check the network",
        _ => error.ToString(),
    };
}
