using System.Net;
using System.Net.Sockets;

namespace Bridge.Plugins.Tests.Sms.Ways;

/// <summary>As a host behind a firewall or a dead link: neither lets a connection in nor refuses it. Its listener's queue is full, and then the kernel swallows who knocks.</summary>
internal sealed class SilentHost : IDisposable
{
    private const int MoreThanFit = 4;
    private readonly Socket _listener = NewSocket();
    private readonly List<Socket> _waiting = [];

    public SilentHost(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(backlog: 0);
        for (var at = 0; at < MoreThanFit; at++)
        {
            var caller = NewSocket();
            _waiting.Add(caller);
            _ = caller.ConnectAsync(IPAddress.Loopback, port).ContinueWith(ended => ended.Exception, TaskScheduler.Default); // ends with the socket
        }
    }

    public void Dispose()
    {
        _waiting.ForEach(caller => caller.Dispose());
        _listener.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
