using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugin.Mqtt.Protocol.Transport;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The connections of all listeners: lets them in, serves each beside the others, and lets go of those that say nothing.</summary>
internal sealed class Connections(BrokerState state, ClientLoop loop, BrokerLog log)
{
    private static readonly TimeSpan s_patienceForConnect = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_sleep = TimeSpan.FromSeconds(2);

    private readonly PendingLogins _pending = new();
    private readonly ConcurrentDictionary<Socket, Task> _served = [];
    private readonly ConcurrentDictionary<ClientConnection, bool> _open = [];
    private long _looked = state.Context.Clock.GetTimestamp();

    /// <summary>Those that speak MQTT.</summary>
    public IEnumerable<ClientConnection> Open => _open.Keys;

    /// <summary>A client has connected. Returns at once. Throws when it is gone already.</summary>
    public void Welcome(Socket socket, ServerTransport transport, CancellationToken ending)
    {
        state.Figures.Sockets.Add();
        var from = socket.RemoteEndPoint is IPEndPoint remote ? remote.Address : IPAddress.None;
        var login = new PendingLogin(socket, from);
        if (_pending.Enter(login, state.Limits.Clients) is { } oldest)
        {
            state.Context.Drops.Dropped("a connection ended: it had not logged in, and too many others would");
            oldest.End();
        }

        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _served[socket] = served.Task;
        _ = ServeAsync(socket, from, transport, login, served, ending);
    }

    /// <summary>Called every tick. One that comes late finds the process awake after a sleep: what the clients said meanwhile is not read yet.</summary>
    public void CloseTheSilent()
    {
        var slept = state.Context.Clock.GetElapsedTime(_looked) > s_sleep;
        _looked = state.Context.Clock.GetTimestamp();
        if (slept)
        {
            return;
        }

        foreach (var connection in _open.Keys)
        {
            var patience = connection.Session is null ? s_patienceForConnect : connection.Patience;
            if (connection.Silence > patience)
            {
                connection.Close(ReasonCode.KeepAliveTimeout);
            }
        }
    }

    /// <summary>Tells all clients, and waits for their connections' end.</summary>
    public async Task CloseAsync()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Close(ReasonCode.ServerShuttingDown);
        }

        await Task.WhenAll(_served.Values);
    }

    private async Task ServeAsync(
        Socket socket, IPAddress from, ServerTransport transport, PendingLogin login, TaskCompletionSource served, CancellationToken ending)
    {
        // Off the accepting loop from the first byte on.
        await Task.Yield();
        ClientConnection? connection = null;
        try
        {
            connection = await BeginAsync(socket, from, transport, ending);
            if (connection is not null)
            {
                login.Begin(connection);
                _open[connection] = true;
                if (ending.IsCancellationRequested)
                {
                    // It came too late to be told with the others.
                    connection.Close(ReasonCode.ServerShuttingDown);
                }

                await loop.ServeAsync(connection, ending);
            }
        }
        finally
        {
            if (connection is not null)
            {
                _open.TryRemove(connection, out _);
            }

            _pending.Leave(login);
            _served.TryRemove(socket, out _);
            served.TrySetResult();
        }
    }

    private async ValueTask<ClientConnection?> BeginAsync(Socket socket, IPAddress from, ServerTransport transport, CancellationToken ending)
    {
        using var patience = new CancellationTokenSource(s_patienceForConnect, state.Context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ending);
        try
        {
            // Throws when the client is gone already.
            socket.NoDelay = true;
            var (stream, name) = await transport.AcceptAsync(new NetworkStream(socket, ownsSocket: true), either.Token);
            return new ClientConnection(stream, from, (int)state.Limits.Packet.Bytes, state.Figures, state.Context.Clock)
            {
                CertificateUser = state.Options.Tls is { CertificateUser: true } ? name : null,
            };
        }
        catch (TransportException refusal)
        {
            state.Context.Drops.Dropped("a connection refused: TLS or WebSocket did not come about");
            log.TransportFailed(refusal.Message);
        }
        catch (Exception problem) when (problem is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            state.Context.Drops.Dropped("a connection that failed before it began");
        }
        catch (Exception bug)
        {
            // Ours, not the client's; all other clients go on.
            log.Failed(bug);
        }

        socket.Dispose();
        return null;
    }
}
