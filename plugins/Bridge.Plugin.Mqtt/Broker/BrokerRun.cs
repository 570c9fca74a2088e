using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The broker from its start to its end: listens, serves connections, and looks after what time brings.</summary>
internal sealed class BrokerRun : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patienceForStore = TimeSpan.FromSeconds(3);

    private readonly EndpointContext _context;
    private readonly IInbox _inbox;
    private readonly IntakeWindow _window;
    private readonly Journal _journal;
    private readonly BrokerState _state;
    private readonly PasswordVerifier _passwords;
    private readonly AccessControl _access;
    private readonly SessionRegistry _sessions;
    private readonly SystemTopics _system;
    private readonly Connections _connections;
    private readonly BrokerLog _log;

    public BrokerRun(EndpointContext context, BrokerSettings settings, IInbox inbox)
    {
        (_context, _inbox) = (context, inbox);
        var gate = new Lock();
        _window = new IntakeWindow(context.Window);
        _journal = new Journal(inbox, gate, _window);
        _state = new BrokerState(context, settings, _journal, gate);
        _log = new BrokerLog(context.Logger, context.Clock);
        _passwords = new PasswordVerifier(context.Clock);
        _access = new AccessControl(_state, _passwords);
        var courier = new Courier(_state);
        var distributor = new Distributor(_state, courier);
        _sessions = new SessionRegistry(_state, _access, distributor);
        _system = new SystemTopics(_state, distributor);
        Outlet = new Outlet(_state, distributor);
        var replaying = new Replaying(_state, distributor, _system, _log);
        var subscribing = new Subscribing(_state, replaying, _log);
        var protocol = new ClientProtocol(new Publishing(_state, distributor), subscribing, courier, _sessions);
        _connections = new Connections(
            _state,
            new ClientLoop(_state, new Handshake(_state, _access, _sessions, courier, replaying), protocol, _sessions, Outlet, _window, _log),
            _log);
    }

    /// <summary>Where Bridge itself publishes.</summary>
    public Outlet Outlet { get; }

    public async Task RunAsync(CancellationToken stopping)
    {
        var loader = new StateLoader(_state, _access);
        await loader.LoadAsync(stopping);
        using var listeners = new Listeners(_state.Options, _context.Clock);
        _log.Started(_state.Sessions.Count, loader.Queued, _state.Retained.Count);
        foreach (var listener in listeners.All)
        {
            _context.Report($"listening on {listener.Where}");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var storing = _journal.RunAsync();
        Task[] accepting = [.. listeners.All.Select(listener => listener.AcceptAsync(_connections, _context, ending.Token))];
        _inbox.Connected();
        var first = await Task.WhenAny([.. accepting, TickAsync(ending.Token), storing]);
        await ending.CancelAsync();
        await Task.WhenAll(accepting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAsync(storing);
        // Stopping is no fault; a listener or a store that failed is.
        if (!stopping.IsCancellationRequested || storing.IsFaulted)
        {
            await first;
            await storing;
        }
    }

    /// <summary>From now on with these. Whoever could not log in as before is told to go; all others stay.</summary>
    public void Adapt(BrokerSettings settings)
    {
        lock (_state.Gate)
        {
            var before = _state.Options;
            _state.Settings = settings;
            foreach (var session in _state.Sessions.Values)
            {
                session.Permissions = _access.PermissionsOf(session.Username, session.ClientId);
            }

            foreach (var connection in _connections.Open)
            {
                if (connection.Session is { } session && !_access.MayStay(session.Username, connection, before))
                {
                    connection.Close(ReasonCode.NotAuthorized, "the user was removed, or its password has changed");
                }
            }
        }
    }

    public void Dispose()
    {
        _window.Dispose();
        _passwords.Dispose();
        foreach (var session in _state.Sessions.Values)
        {
            session.Dispose();
        }
    }

    private async Task TickAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(s_tick, _context.Clock);
        while (await timer.WaitForNextTickAsync(ending))
        {
            _connections.CloseTheSilent();
            _log.TellTheRest();
            lock (_state.Gate)
            {
                var batch = new Batch();
                _sessions.Sweep(batch);
                _state.Retained.Expire(_state.Now, batch);
                _system.Refresh(batch);
                if (!batch.IsEmpty || batch.Effects.Count > 0)
                {
                    _journal.Submit(batch);
                }

                _journal.Flush();
                Outlet.Retry();
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
        await _connections.CloseAsync();
        _log.TellAllTheRest();
    }
}
