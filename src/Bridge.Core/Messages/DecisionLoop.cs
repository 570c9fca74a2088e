using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

/// <summary>
/// The one place where it is decided what an input means. Drains what waits into a batch, decides and seals it, and commits it while the next batch is
/// decided on top of it: (1) decide and seal, (2) wait for the batch before, (3) commit, (4) hand over and complete, in order of acceptance.
/// A failed commit takes back what was decided on top of it and fails everything that waits, so that what a network sends again is neither
/// taken for a duplicate nor put before its elders.
/// </summary>
public sealed partial class DecisionLoop : ISettlement, IPortals, IAsyncDisposable
{
    private const int MostPerBatch = 512;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Channel<LoopInput> _inputs = Channel.CreateUnbounded<LoopInput>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Overlay _overlay = new();
    private readonly SendsUnderWay _sends = new();
    private readonly DecisionPorts _ports;
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _clock;
    private readonly BatchSealer _sealer;
    private readonly BatchDecider _decider;

    // Why the batch that is being committed failed; null: it did not.
    private Task<Exception?> _committing = Task.FromResult<Exception?>(null);
    private Task<bool> _readable = Task.FromResult(true);
    private Task _running = Task.CompletedTask;

    public DecisionLoop(DecisionPorts ports, Telemetry telemetry, TimeProvider clock)
    {
        (_ports, _telemetry, _clock) = (ports, telemetry, clock);
        _sealer = new BatchSealer(ports.Store, ports.Sealer);
        _decider = new BatchDecider(ports, _sealer, _overlay, _sends, telemetry, clock);
    }

    /// <summary>Who asked not to be written to: from the moment when that is decided.</summary>
    public OptOuts OptOuts => _overlay.OptOuts;

    /// <summary>Continues where the store ends: numbers and memory. Inputs may be enqueued before; timers sleep until <see cref="StartTimers"/>.</summary>
    public async Task StartAsync(Rules rules, TimeZoneInfo zone, int generation, CancellationToken cancellationToken)
    {
        _decider.ContinueAfter(await _ports.Store.HeadAsync(cancellationToken));
        await foreach (var row in _ports.Store.ReadStateAsync(BatchSealer.MemoryScope, cancellationToken))
        {
            Recall(row);
        }

        _decider.Use(rules, zone, generation);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>
    /// Swaps the rules, between two inputs. Open keyed states keep the rule they began with: returns where they listen, so that nothing more has to be asked,
    /// and can fail, once the rules are in force.
    /// </summary>
    public async Task<IReadOnlyList<RulePattern>> ReloadAsync(Rules rules, TimeZoneInfo zone, int generation)
    {
        var reloaded = new LoopInput.Reloaded(rules, zone, generation);
        await EnqueueAsync(reloaded);
        return reloaded.OpenPatterns;
    }

    public async ValueTask SettledAsync(Settlement settlement) => await EnqueueAsync(new LoopInput.Settled(settlement));

    public void Claimed(IReadOnlyList<NativeClaim> claims) => Enqueue(new LoopInput.Claimed(claims));

    public void Leaves(Address to, SendUnderWay send) => _sends.Begin(to, send);

    public void Landed(Address to, DeliveryId delivery)
    {
        if (_sends.End(to, delivery))
        {
            Enqueue(new LoopInput.Landed(to));
        }
    }

    /// <summary>Decides and commits what waits, then ends. What comes later fails.</summary>
    public async ValueTask DisposeAsync()
    {
        _inputs.Writer.TryComplete();
        await _running;
    }

    internal void Enqueue(LoopInput input)
    {
        if (!_inputs.Writer.TryWrite(input))
        {
            input.Fail(new StoreException("Bridge is stopping: nothing is accepted any more"));
        }
    }

    private Task EnqueueAsync(LoopInput.Awaited input)
    {
        Enqueue(input);
        return input.Done.Task;
    }

    private async Task RunAsync()
    {
        while (await SomethingToDoAsync())
        {
            var batch = await DecideAsync();
            var failure = await _committing;
            if (failure is null)
            {
                _overlay.Committed(_decider.Ahead);
                _decider.Ahead = new DecidedBatch();
            }

            if ((failure ?? batch.Fault) is { } reason)
            {
                StartOver(batch, reason);
                continue;
            }

            _decider.Ahead = batch;
            _committing = batch.IsEmpty ? Task.FromResult<Exception?>(null) : CommitAsync(batch);
        }

        if (await _committing is { } last)
        {
            StartOver(new DecidedBatch(), last);
        }
    }

    /// <summary>Waits for an input, a timer or a failed commit; false when the loop has ended.</summary>
    private async ValueTask<bool> SomethingToDoAsync()
    {
        var readable = _readable = _readable.IsCompleted ? _inputs.Reader.WaitToReadAsync(CancellationToken.None).AsTask() : _readable;
        while (!readable.IsCompleted && _committing is not { IsCompleted: true, Result: not null })
        {
            var delay = UntilNextTimer();
            if (delay <= TimeSpan.Zero)
            {
                return true;
            }

            using var waiting = new CancellationTokenSource();
            var timer = Task.Delay(delay, _clock, waiting.Token);
            // A commit may fail at any moment, between two looks at it too: only one that is known to have succeeded is not waited for.
            await (_committing is { IsCompleted: true, Result: null } ? Task.WhenAny(readable, timer) : Task.WhenAny(readable, timer, _committing));
            await waiting.CancelAsync();
        }

        return !readable.IsCompleted || await readable;
    }

    private async ValueTask<DecidedBatch> DecideAsync()
    {
        var batch = new DecidedBatch();
        try
        {
            if (_timersStarted && _clock.GetUtcNow() >= _pausedUntil)
            {
                AskForHistory(batch);
                await _decider.LookAgainAsync(batch);
                await _decider.WakeAsync(batch);
            }

            while (batch.Events.Count + batch.Inputs.Count < MostPerBatch && _inputs.Reader.TryRead(out var input))
            {
                if (input.Elder is { IsFaulted: true, Exception.InnerException: { } reason })
                {
                    input.Fail(reason);
                    continue;
                }

                await _decider.DecideAsync(batch, input);
            }
        }
        catch (Exception failure)
        {
            // The store could not be read, most likely: what was half decided must not be committed.
            batch.Fault = Known(failure);
        }

        batch.Close(_overlay.Memory);
        Seal(batch);
        return batch;
    }

    /// <summary>While the batch before is being committed: the writer finds the next one ready.</summary>
    private void Seal(DecidedBatch batch)
    {
        try
        {
            batch.Changes = batch.Fault is null ? _sealer.Seal(batch) : [];
        }
        catch (Exception failure)
        {
            // A new epoch's key could not be stored, most likely.
            batch.Fault = Known(failure);
        }
    }

    /// <summary>Why it failed; null when everything is durable, handed over and completed.</summary>
    private async Task<Exception?> CommitAsync(DecidedBatch batch)
    {
        try
        {
            // Before the commit: a report heard twice is harmless, one acknowledged and not heard is lost.
            await Task.WhenAll(batch.Reports.Select(report => _ports.Reported(report)));

            if (batch.Changes.Count > 0)
            {
                await _ports.Writer.WriteAsync(batch.Changes);
            }

            Count(batch);
            _ports.Owed(batch.Owed());
            batch.Wanted.ForEach(_ports.HistoryWanted);
            batch.Complete();
            return null;
        }
        catch (Exception failure)
        {
            // Whatever it was, nobody may believe that this is stored.
            return Known(failure);
        }
    }

    private void Count(DecidedBatch batch)
    {
        foreach (var stored in batch.Events)
        {
            _telemetry.Accepted(stored.Arrival.Id, stored.Arrival.Inbound.Address, stored.Decision.Deliveries.Count);
        }
    }

    private static StoreException Known(Exception failure) =>
        failure as StoreException ?? new StoreException($"what was accepted could not be stored: {failure.GetType().Name}", failure);

    /// <summary>
    /// Everything is taken out before anybody hears of the failure: what a network sends again at once then comes into an empty channel, where it fails
    /// or passes as a whole. What an endpoint handed over meanwhile, not having heard, fails by its elder.
    /// </summary>
    private void StartOver(DecidedBatch onTop, Exception failure)
    {
        var (ahead, waiting) = (_decider.Ahead, new List<LoopInput>(onTop.Inputs));
        while (_inputs.Reader.TryRead(out var input))
        {
            waiting.Add(input);
        }

        _decider.TakeBack(onTop);
        _decider.TakeBack(ahead);
        _decider.Ahead = new DecidedBatch(); // what comes next may claim the same ids, and they are not to be let go with it
        _overlay.Relations.LookAgain = _overlay.Arrivals.LookAgain = true;
        _historyAsked = false; // a link that was to begin may be in what was taken back
        _telemetry.StartedOver(ahead.Inputs.Count, waiting.Count);
        _committing = Task.FromResult<Exception?>(null);
        _pausedUntil = _clock.GetUtcNow() + s_pause;
        ahead.Inputs.Concat(waiting).ToList().ForEach(input => input.Fail(failure));
    }

    private void Recall(StateRow row)
    {
        try
        {
            _overlay.Recall(_sealer.OpenMemory(row));
        }
        catch (SealException)
        {
            _telemetry.MemoryUnreadable(row.Key);
        }
    }
}
