using Bridge.Abstractions;

namespace Bridge.Testing.Endpoints;

/// <summary>The host's side of one endpoint in a test: its inbox, its state store and its log, with switches to fail.</summary>
public sealed class TestInbox : IInbox
{
    private readonly Lock _lock = new();
    private readonly List<Inbound> _accepted = [];
    private readonly TestState _state;
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;
    private int _late;

    internal TestInbox(TestState state) => _state = state;

    /// <summary>While true, nothing is stored and every accept fails.</summary>
    public bool Failing { get; set; }

    /// <summary>Accepts that failed because of <see cref="Failing"/>.</summary>
    public int Failed { get; private set; }

    /// <summary>Accepts after the run had ended or was told to stop and had returned.</summary>
    public int Late => _late;

    /// <summary>What was stored, in order.</summary>
    public IReadOnlyList<Inbound> Accepted
    {
        get
        {
            lock (_lock)
            {
                return [.. _accepted];
            }
        }
    }

    /// <summary>Completes when the endpoint of the current run is ready to send.</summary>
    public Task WhenConnected => _connected.Task;

    public void Connected() => _connected.TrySetResult();

    public ValueTask AcceptAsync(InboundBatch batch)
    {
        lock (_lock)
        {
            if (_closed)
            {
                _late++;
                return ValueTask.FromException(new InvalidOperationException("this run has ended"));
            }

            if (Failing)
            {
                Failed++;
                return ValueTask.FromException(new IOException("the store failed"));
            }

            _accepted.AddRange(batch.Events);
            _state.Apply(batch.State);
            return ValueTask.CompletedTask;
        }
    }

    internal void BeginRun()
    {
        lock (_lock)
        {
            _closed = false;
            _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal void EndRun()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }
}

/// <summary>An endpoint's state in memory: changes are seen when their batch has been accepted.</summary>
internal sealed class TestState : IEndpointState
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);

    public void Apply(IReadOnlyList<StateChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (change.Value is { } value)
                {
                    _values[change.Key] = value.ToArray();
                }
                else
                {
                    _values.Remove(change.Key);
                }
            }
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_values.TryGetValue(key, out var value) ? value : (ReadOnlyMemory<byte>?)null);
        }
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, ReadOnlyMemory<byte>>> found;
        lock (_lock)
        {
            found = [.. _values.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))];
        }

        foreach (var entry in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }

        await Task.CompletedTask;
    }
}
