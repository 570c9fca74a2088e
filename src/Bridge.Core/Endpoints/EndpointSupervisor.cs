using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Endpoints;

/// <summary>
/// Keeps one endpoint running: runs it, waits with backoff when it falls, runs it again. A crash, a hang or a bad answer stays here and shows as
/// the handle's status. Stops by draining: no new sends, those in flight finish, then the run ends and the endpoint is disposed.
/// </summary>
public sealed class EndpointSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(5);

    private readonly IEndpoint _endpoint;
    private readonly AddressFilter _filter;
    private readonly Surroundings _around;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile EndpointInbox? _inbox;
    private volatile bool _draining;

    /// <param name="handle">Moved by this supervisor alone.</param>
    /// <param name="endpoint">Owned: disposed when stopped.</param>
    /// <param name="filter">Which addresses are heard.</param>
    /// <param name="around">What all supervisors share.</param>
    /// <param name="random">For jitter.</param>
    public EndpointSupervisor(EndpointHandle handle, IEndpoint endpoint, AddressFilter filter, Surroundings around, Random random)
    {
        Handle = handle;
        _endpoint = endpoint;
        _filter = filter;
        _around = around;
        _backoff = new Backoff(random);
    }

    public EndpointHandle Handle { get; }

    /// <summary>What the supervisors of one process share.</summary>
    /// <param name="Accept">Where inbound batches go.</param>
    /// <param name="Changed">Told after each change of a status, from any thread; must not block.</param>
    public sealed record Surroundings(Accept Accept, Action<EndpointId> Changed, Telemetry Telemetry, TimeProvider Clock);

    /// <summary>Begins to run the endpoint. Called once.</summary>
    public void Start() => _running = Task.Run(RunUntilStoppedAsync);

    /// <summary>Lets the endpoint take another configuration while it runs. False: it cannot, and goes on as it was.</summary>
    public bool TryAdapt(EndpointConfig config)
    {
        if (_endpoint is not IAdapt adapting)
        {
            return false;
        }

        try
        {
            if (!adapting.TryAdapt(config.Options, config.Interests))
            {
                return false;
            }
        }
        catch (Exception failure)
        {
            // Its successor reads the options from the beginning.
            _around.Telemetry.EndpointAdaptFailed(Handle.Id, FailureReason.Of(failure));
            return false;
        }

        _around.Telemetry.EndpointAdapted(Handle.Id);
        return true;
    }

    /// <summary>Drains for up to 10 s, ends the run within 5 s more, and disposes the endpoint. What does not end is left behind and said so.</summary>
    public async Task StopAsync()
    {
        if (_draining)
        {
            return;
        }

        Move(EndpointPhase.Draining);
        await EndsWithinAsync(Handle.WhenIdleAsync(), s_drain);
        await _stopping.CancelAsync();
        if (!await EndsWithinAsync(_running, s_stop))
        {
            _inbox?.Close();
            _around.Telemetry.EndpointHangs(Handle.Id);
        }

        await EndsWithinAsync(Task.Run(DisposeEndpointAsync), s_stop);
        Move(EndpointPhase.Stopped);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task RunUntilStoppedAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var reason = await RunOnceAsync();
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            var wait = _backoff.Next();
            _around.Telemetry.EndpointLost(Handle.Id, reason, wait, again: Handle.Status.Reason == reason);
            Move(EndpointPhase.BackingOff, reason);
            await Task.Delay(wait, _around.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One run, from connecting to the loss of the connection; says why it ended.</summary>
    private async Task<string> RunOnceAsync()
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var connectedAt = 0L;
        var inbox = new EndpointInbox(Handle.Id, _around.Accept, _filter, _around.Telemetry.DropsOf(Handle.Id), () =>
        {
            connectedAt = _around.Clock.GetTimestamp();
            _around.Telemetry.EndpointConnected(Handle.Id);
            Move(EndpointPhase.Connected);
        },
        why =>
        {
            if (why is not null)
            {
                _around.Telemetry.EndpointSays(Handle.Id, why);
            }

            Move(EndpointPhase.Connected, why);
        });
        _inbox = inbox;
        Handle.BeginRun(run.Token);
        Move(EndpointPhase.Connecting, Handle.Status.Reason); // why it fell stays visible until it is overcome
        try
        {
            await _endpoint.RunAsync(inbox, run.Token);
            return "the endpoint ended by itself";
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            return FailureReason.Of(failure);
        }
        catch (OperationCanceledException)
        {
            return "stopped";
        }
        finally
        {
            inbox.Close();
            await run.CancelAsync();
            if (connectedAt != 0 && _around.Clock.GetElapsedTime(connectedAt) >= Backoff.Good)
            {
                _backoff.Reset();
            }
        }
    }

    /// <summary>Once draining there is no way back: a run that connects or falls meanwhile is not news.</summary>
    private void Move(EndpointPhase phase, string? reason = null)
    {
        _draining |= phase == EndpointPhase.Draining;
        if (_draining && phase is not (EndpointPhase.Draining or EndpointPhase.Stopped))
        {
            return;
        }

        Handle.Move(phase, reason);
        _around.Changed(Handle.Id);
    }

    private async Task DisposeEndpointAsync()
    {
        try
        {
            await _endpoint.DisposeAsync();
        }
        catch (Exception failure)
        {
            // A plugin that cannot even be disposed is nobody else's trouble.
            _around.Telemetry.EndpointDisposeFailed(Handle.Id, FailureReason.Of(failure));
        }
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        await Task.WhenAny(task, Task.Delay(time, _around.Clock, CancellationToken.None));
        return task.IsCompleted;
    }
}
