using System.Net.Sockets;
using System.Text;

namespace Bridge.Host.Tests.Systemd;

/// <summary>The socket on which a service manager hears from its services: what came, in order.</summary>
internal sealed class NotifySocket : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <param name="name">As NOTIFY_SOCKET has it: a path, or a name with '@' outside the file system.</param>
    public NotifySocket(string name)
    {
        Name = name;
        _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? '\0' + name[1..] : name));
    }

    public string Name { get; }

    public bool IsEmpty => !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The next datagram.</summary>
    public async Task<string> NextAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, patience.Token));
    }

    /// <summary>The next datagram that begins so; those before it are passed over.</summary>
    public async Task<string> WaitForAsync(string beginning)
    {
        var passed = new List<string>();
        try
        {
            while (true)
            {
                if (await NextAsync() is var told && told.StartsWith(beginning, StringComparison.Ordinal))
                {
                    return told;
                }

                passed.Add(told);
            }
        }
        catch (OperationCanceledException end)
        {
            throw new TimeoutException($"nothing began with '{beginning}'; there were: {string.Join(" | ", passed)}", end);
        }
    }

    public void Dispose() => _socket.Dispose();
}
