using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The broker from its start to its end: listens, serves connections, and looks after what time brings.</summary>
internal sealed class BrokerRun : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patienceForConnect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patienceForStore = TimeSpan.FromSeconds(3);

    private readonly EndpointContext _context;
    private readonly EmbeddedOptions _options;
    private readonly IInbox _inbox;
    private readonly IntakeWindow _window;
    private readonly Journal _journal;
    private readonly BrokerState _state;
    private readonly SessionRegistry _sessions;
    private readonly ClientLoop _loop;
    private readonly BrokerLog _log;
    private readonly ConcurrentDictionary<ClientConnection, TaskCompletionSource> _connections = [];

    public BrokerRun(EndpointContext context, EmbeddedOptions options, IInbox inbox)
    {
        (_context, _options, _inbox) = (context, options, inbox);
        var gate = new Lock();
        _window = new IntakeWindow(context.Window);
        _journal = new Journal(inbox, gate, _window);
        _state = new BrokerState(context, options.Limits, _journal, gate);
        _log = new BrokerLog(context.Logger);
        Distributor = new Distributor(_state);
        _sessions = new SessionRegistry(_state, Distributor);
        Outlet = new Outlet(_state, Distributor);
        var handshake = new Handshake(_state, new AccessControl(options), _sessions, Distributor);
        _loop = new ClientLoop(_state, handshake, new ClientProtocol(_state, _sessions, Distributor, _log), _sessions, Outlet, _window, _log);
    }

    /// <summary>Where Bridge itself publishes.</summary>
    public Outlet Outlet { get; }

    private Distributor Distributor { get; }

    public async Task RunAsync(CancellationToken stopping)
    {
        var loader = new StateLoader(_state);
        await loader.LoadAsync(stopping);
        using var listener = Listen();
        _log.Started(_state.Sessions.Count, loader.Queued, _state.Retained.Count);
        _context.Report($"listening on {listener.LocalEndPoint}");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var storing = _journal.RunAsync();
        var accepting = AcceptAsync(listener, ending.Token);
        Task[] running = [accepting, TickAsync(ending.Token), storing];
        _inbox.Connected();
        var first = await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAny(accepting);
        await EndAsync(storing);
        // Stopping is no fault; a listener or a store that failed is.
        if (!stopping.IsCancellationRequested || storing.IsFaulted)
        {
            await first;
            await storing;
        }
    }

    public void Dispose()
    {
        _window.Dispose();
        foreach (var session in _state.Sessions.Values)
        {
            session.Dispose();
        }
    }

    private Socket Listen()
    {
        var at = IPEndPoint.Parse(_options.Listen);
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // No ReuseAddress: on Linux .NET makes SO_REUSEPORT of it, and two brokers would share the port. Connections of a killed run that still linger
            // are no hindrance: .NET sets SO_REUSEADDR on every listening socket there.
            listener.Bind(at);
            listener.Listen();
            return listener;
        }
        catch (SocketException problem)
        {
            listener.Dispose();
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

    private async Task AcceptAsync(Socket listener, CancellationToken ending)
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await listener.AcceptAsync(ending);
                Welcome(socket, ending);
            }
            catch (SocketException)
            {
                // That client has gone already, or no more sockets are to be had: the others go on, and the next one may have more luck.
                socket?.Dispose();
                _context.Drops.Dropped("a connection that failed before it began");
                await Task.Delay(s_tick, _context.Clock, ending);
            }
        }
    }

    private void Welcome(Socket socket, CancellationToken ending)
    {
        if (_connections.Count >= _options.Limits.Clients)
        {
            _context.Drops.Dropped("a connection refused: as many as limits.clients are open");
            socket.Dispose();
            return;
        }

        var connection = new ClientConnection(socket, (int)_options.Limits.Packet.Bytes, _context.Clock);
        _connections[connection] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ServeAsync(connection, ending);
    }

    private async Task ServeAsync(ClientConnection connection, CancellationToken ending)
    {
        // Off the accepting loop from the first byte on.
        await Task.Yield();
        try
        {
            await _loop.ServeAsync(connection, ending);
        }
        finally
        {
            _connections.TryRemove(connection, out var served);
            served?.TrySetResult();
        }
    }

    private async Task TickAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(s_tick, _context.Clock);
        while (await timer.WaitForNextTickAsync(ending))
        {
            CloseTheSilent();
            lock (_state.Gate)
            {
                var batch = new Batch();
                _sessions.Sweep(batch);
                _state.Retained.Expire(_state.Now, batch);
                if (!batch.IsEmpty)
                {
                    _journal.Submit(batch);
                }

                _journal.Flush();
                Outlet.Retry();
            }
        }
    }

    private void CloseTheSilent()
    {
        var now = _state.Now;
        foreach (var connection in _connections.Keys)
        {
            var patience = connection.Session is null ? s_patienceForConnect : connection.Patience;
            if (now - connection.LastHeard > patience)
            {
                connection.Close(ReasonCode.KeepAliveTimeout);
            }
        }
    }

    /// <summary>What was handed over is stored and answered; then the clients are told, and wills are kept for the next run.</summary>
    private async Task EndAsync(Task storing)
    {
        lock (_state.Gate)
        {
            _journal.Flush();
            Outlet.Complete();
            _journal.Complete();
        }

        await Task.WhenAny(storing, Task.Delay(s_patienceForStore, _context.Clock, CancellationToken.None));
        foreach (var connection in _connections.Keys)
        {
            connection.Close(ReasonCode.ServerShuttingDown);
        }

        await Task.WhenAll(_connections.Values.Select(served => served.Task));
    }
}
