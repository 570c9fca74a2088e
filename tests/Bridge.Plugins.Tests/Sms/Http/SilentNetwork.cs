using System.Net.Sockets;

namespace Bridge.Plugins.Tests.Sms.Http;

/// <summary>A network that can drop what is sent to make a connection, as one does that is down somewhere on the way.</summary>
internal sealed class SilentNetwork : IDisposable
{
    public SilentNetwork() => Handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), ConnectCallback = ConnectAsync };

    public SocketsHttpHandler Handler { get; }

    public bool IsSilent { get; set; }

    public void Dispose() => Handler.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(IsSilent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
