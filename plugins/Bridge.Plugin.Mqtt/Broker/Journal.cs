using System.Threading.Channels;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Hands the broker's steps to the inbox in the order in which they were decided, several in flight, and runs the effects of each, in the same order,
/// when it is stored. A step that could not be stored ends the run: the state in memory is then ahead of the stored one, and is read again by the
/// next run.
/// </summary>
internal sealed class Journal(IInbox inbox, Lock gate, IntakeWindow window)
{
    private readonly Channel<(Task Stored, Batch Batch)> _handed =
        Channel.CreateUnbounded<(Task, Batch)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly List<StateChange> _removals = [];
    private bool _completed;

    /// <summary>Called with the lock held, so that the order of memory is the order of the store.</summary>
    public void Submit(Batch batch)
    {
        if (_completed)
        {
            batch.Stored?.TrySetException(Ended());
            return;
        }

        if (!batch.IsEmpty)
        {
            batch.Changes.AddRange(_removals);
            _removals.Clear();
        }

        // Not taken when storing has failed meanwhile: the run is ending.
        if (!_handed.Writer.TryWrite((Hand(batch), batch)))
        {
            batch.Stored?.TrySetException(Ended());
        }
    }

    /// <summary>Removes a row with the next batch. Forgetting this in a crash costs one repeat.</summary>
    public void RemoveLater(string key) => _removals.Add(new StateChange(key, Value: null));

    /// <summary>Stores the removals that no batch has taken along.</summary>
    public void Flush()
    {
        if (_removals.Count > 0)
        {
            var batch = new Batch();
            batch.Changes.AddRange(_removals);
            _removals.Clear();
            Submit(batch);
        }
    }

    /// <summary>No more steps: what is submitted now was not said. Called with the lock held.</summary>
    public void Complete()
    {
        _completed = true;
        _handed.Writer.TryComplete();
    }

    /// <summary>Runs until <see cref="Complete"/> and all is stored; throws when something was not.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var (stored, batch) in _handed.Reader.ReadAllAsync())
            {
                await StoreAsync(stored, batch);
            }
        }
        finally
        {
            Abandon();
        }
    }

    private async Task StoreAsync(Task stored, Batch batch)
    {
        try
        {
            await stored;
        }
        catch (Exception problem)
        {
            batch.Stored?.TrySetException(Ended());
            throw new IOException("The broker's state could not be stored; clients will send again what was not acknowledged.", problem);
        }

        window.Leave(batch.Places);
        lock (gate)
        {
            batch.Effects.ForEach(static effect => effect());
        }

        batch.Stored?.TrySetResult(true);
    }

    private Task Hand(Batch batch)
    {
        if (batch.IsEmpty)
        {
            return Task.CompletedTask;
        }

        try
        {
            return inbox.AcceptAsync(new InboundBatch(batch.Events, batch.Changes)).AsTask();
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // A host that throws instead of failing the task is heard in turn all the same.
            return Task.FromException(problem);
        }
    }

    private void Abandon()
    {
        _handed.Writer.TryComplete();
        while (_handed.Reader.TryRead(out var left))
        {
            left.Batch.Stored?.TrySetException(Ended());
        }
    }

    private static IOException Ended() => new("The broker stopped before the message was stored.");
}
