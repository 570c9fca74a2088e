using System.Net;
using System.Net.Sockets;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol.Transport;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One address that clients connect to.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly ListenAddress _address;
    private readonly Socket _socket;

    private Listener(ListenAddress address, Socket socket, ServerTransport transport) => (_address, _socket, Transport) = (address, socket, transport);

    /// <summary>What lies over its connections.</summary>
    public ServerTransport Transport { get; }

    /// <summary>For people.</summary>
    public string Where => _address.Scheme == "mqtt" ? $"{_socket.LocalEndPoint}" : $"{_socket.LocalEndPoint} ({_address.Scheme})";

    /// <summary>Throws <see cref="IOException"/> with a cure when the address is not to be had.</summary>
    public static Listener Open(ListenAddress address, CertificateFiles? certificates, IReadOnlyCollection<string> origins, TimeProvider clock)
    {
        var transport = new ServerTransport(
            address.IsSecure ? certificates ?? throw new IOException($"{address.Scheme}:// needs embedded.tls") : null,
            address.IsWebSocket ? new WebSocketRules(address.Path, origins) : null,
            clock);
        return new Listener(address, Bind(address.At), transport);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task AcceptAsync(Connections connections, EndpointContext context, CancellationToken ending)
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await _socket.AcceptAsync(ending);
                connections.Welcome(socket, Transport, ending);
            }
            catch (SocketException)
            {
                // That client has gone already, or no more sockets are to be had: the others go on, and the next one may have more luck.
                socket?.Dispose();
                context.Drops.Dropped("a connection that failed before it began");
                await Task.Delay(s_pause, context.Clock, ending);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static Socket Bind(IPEndPoint at)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // No ReuseAddress: on Linux .NET makes SO_REUSEPORT of it, and two brokers would share the port. Connections of a killed run that still
            // linger are no hindrance: .NET sets SO_REUSEADDR on every listening socket there.
            socket.Bind(at);
            socket.Listen();
            return socket;
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            throw new IOException(Reason(at, problem.SocketErrorCode), problem);
        }
    }

    private static string Reason(IPEndPoint at, SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => $"address {at} is in use by another program: stop that one, or change embedded.listen",
        SocketError.AddressNotAvailable => $"address {at} is not one of this machine: change embedded.listen",
        SocketError.AccessDenied => $"address {at} may not be listened on: ports below 1024 need a privilege; change embedded.listen",
        _ => $"the broker cannot listen on {at}: {error}",
    };
}
