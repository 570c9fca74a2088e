namespace Bridge.Testing.Matrix;

/// <summary>
/// Pushes what happens to one application service, as Synapse does: one transaction in flight, at most 100 events and 100 ephemeral ones in it; events are kept and
/// tried again under the same transaction id with a back-off of 2, 4 ... 512 seconds; ephemeral is not kept. While the service is down every event makes a
/// transaction of its own.
/// </summary>
public sealed class TransactionPusher
{
    private const int Most = 100;
    private const int LongestBackOff = 9;

    private readonly World _world;
    private readonly HomeserverOptions _options;
    private readonly ServiceClient _client;
    private readonly Func<Passage, Task> _passing;
    private readonly Queue<RoomEvent> _events = [];
    private readonly Queue<Transaction> _kept = [];
    private List<object> _ephemeral = [];
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDown;
    private int _nextId;

    internal TransactionPusher(World world, HomeserverOptions options, ServiceClient client, Func<Passage, Task> passing) =>
        (_world, _options, _client, _passing) = (world, options, client, passing);

    /// <summary>Transactions that were answered with 2xx.</summary>
    public int Delivered { get; private set; }

    /// <summary>Pushes that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>How many of the next 200s are lost on the way: the homeserver pushes the same transaction again.</summary>
    public int LoseAnswers { get; set; }

    /// <summary>How many of the next transactions are cut in the middle of their body.</summary>
    public int CutBodies { get; set; }

    /// <summary>The next of these many events come in a second transaction too, with another id (element-hq/synapse #11447).</summary>
    public int SendAgain { get; set; }

    /// <summary>True when nothing is left to push.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_world.Gate)
            {
                return _events.Count + _kept.Count == 0 && !_busy;
            }
        }
    }

    private bool _busy;

    internal void Take(RoomEvent happened)
    {
        if (_isDown)
        {
            _kept.Enqueue(Transaction.Of($"{++_nextId}", [happened], [], _world.Now));
        }
        else
        {
            _events.Enqueue(happened);
        }

        if (SendAgain > 0)
        {
            SendAgain--;
            _kept.Enqueue(Transaction.Of($"{++_nextId}", [happened], [], _world.Now));
        }

        Wake();
    }

    internal void TakeInPassing(object ephemeral)
    {
        if (!_isDown)
        {
            _ephemeral.Add(ephemeral);
            Wake();
        }
    }

    /// <summary>Pushes a transaction that says what the test wants, under any id: a server that was reset starts again at 1, with other events.</summary>
    public void Push(string transactionId, params IReadOnlyList<RoomEvent> events)
    {
        lock (_world.Gate)
        {
            _kept.Enqueue(Transaction.Of(transactionId, events, [], _world.Now));
            Wake();
        }
    }

    /// <summary>A new homeserver process numbers its transactions from 1 again only when its database was reset; then nothing old is kept either.</summary>
    public void StartAgainAtOne()
    {
        lock (_world.Gate)
        {
            _nextId = 0;
        }
    }

    /// <summary>Tries again at once, as when the service has answered a ping.</summary>
    internal void Retry()
    {
        lock (_world.Gate)
        {
            Wake();
        }
    }

    internal async Task RunAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var (next, wake) = Next();
            if (next is null)
            {
                await wake.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            if (await PushAsync(next, stopping))
            {
                failures = 0;
                Done(next);
                continue;
            }

            failures = Math.Min(failures + 1, LongestBackOff);
            GoDown(next);
            await Task.WhenAny(Task.Delay(_options.BackOffSecond * (1 << failures), _options.Clock, stopping), NextWake());
        }
    }

    private (Transaction? Next, Task Wake) Next()
    {
        lock (_world.Gate)
        {
            _busy = true;
            if (_kept.TryPeek(out var kept))
            {
                return (kept, Task.CompletedTask);
            }

            if (_events.Count > 0 || _ephemeral.Count > 0)
            {
                List<RoomEvent> events = [];
                while (events.Count < Most && _events.TryDequeue(out var happened))
                {
                    events.Add(happened);
                }

                var transaction = Transaction.Of($"{++_nextId}", events, _ephemeral.Count > Most ? _ephemeral[..Most] : _ephemeral, _world.Now);
                _ephemeral = _ephemeral.Count > Most ? _ephemeral[Most..] : [];
                _kept.Enqueue(transaction);
                return (transaction, Task.CompletedTask);
            }

            _busy = false;
            return (null, (_wake = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }
    }

    private async Task<bool> PushAsync(Transaction transaction, CancellationToken stopping)
    {
        await _passing(new Passage(Moment.BeforePush, null, transaction.Id));
        var isCut = CutBodies > 0;
        CutBodies -= isCut ? 1 : 0;
        var good = await _client.PutAsync(transaction, isCut, stopping);
        await _passing(new Passage(Moment.AfterPush, null, transaction.Id));
        if (good && LoseAnswers > 0)
        {
            LoseAnswers--;
            return false;
        }

        return good;
    }

    private void Done(Transaction transaction)
    {
        lock (_world.Gate)
        {
            if (_kept.TryPeek(out var head) && head == transaction)
            {
                _kept.Dequeue();
            }

            Delivered++;
            _isDown = false;
        }
    }

    // What was waiting gets transactions of its own, one for each event; what was ephemeral is gone.
    private void GoDown(Transaction failed)
    {
        lock (_world.Gate)
        {
            Failed++;
            _isDown = true;
            _ephemeral = [];
            while (_events.TryDequeue(out var happened))
            {
                _kept.Enqueue(Transaction.Of($"{++_nextId}", [happened], [], _world.Now));
            }
        }
    }

    private Task NextWake()
    {
        lock (_world.Gate)
        {
            return (_wake = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Wake() => _wake.TrySetResult();
}
