using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Stores state changes of one run in the order of the calls, as many together as have gathered while the ones before were being stored; what is to
/// follow a change happens when it is stored. Thread-safe.
/// </summary>
internal sealed class StateJournal(IInbox inbox)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<(StateChange Change, Action? Then)> _waiting = [];
    private Task _storing = Task.CompletedTask;
    private bool _busy;

    /// <summary>Faults when something could not be stored: what is in memory is then ahead of the store, and the run must end.</summary>
    public Task Failed => _failed.Task;

    /// <summary>All that was handed over is stored, or has failed.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate)
            {
                return _storing;
            }
        }
    }

    public void Submit(StateChange change, Action? then = null)
    {
        lock (_gate)
        {
            _waiting.Add((change, then));
            if (!_busy)
            {
                _busy = true;
                _storing = StoreAsync();
            }
        }
    }

    private async Task StoreAsync()
    {
        // Off the caller's thread: it holds a lock.
        await Task.Yield();
        while (true)
        {
            List<(StateChange Change, Action? Then)> part;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _busy = false;
                    return;
                }

                (part, _waiting) = (_waiting, []);
            }

            try
            {
                await inbox.AcceptAsync(InboundBatch.Of(LastOfEach(part)));
            }
            catch (Exception problem)
            {
                _failed.TrySetException(new MqttConnectionException("the state of exactly-once messages could not be stored", problem));
                return;
            }

            part.ForEach(stored => stored.Then?.Invoke());
        }
    }

    /// <summary>One transaction needs each key once.</summary>
    private static StateChange[] LastOfEach(List<(StateChange Change, Action? Then)> part)
    {
        var last = new Dictionary<string, StateChange>(StringComparer.Ordinal);
        foreach (var (change, _) in part)
        {
            last[change.Key] = change;
        }

        return [.. last.Values];
    }
}
