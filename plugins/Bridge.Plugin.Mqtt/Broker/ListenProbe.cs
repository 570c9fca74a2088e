using System.Net;
using System.Net.Sockets;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Listens for an instant, and lets nobody in.</summary>
internal static class ListenProbe
{
    public static ProbeResult Of(string listen)
    {
        var at = IPEndPoint.Parse(listen);
        using var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(at);
            listener.Listen();
            return new ProbeResult.Works($"can listen on {at}");
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return new ProbeResult.InUse($"address {at} is in use by another program", "stop that one, or change embedded.listen");
        }
        catch (SocketException problem)
        {
            return new ProbeResult.Fails($"cannot listen on {at}: {problem.SocketErrorCode}", "change embedded.listen");
        }
    }
}
