using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>
/// Records what became of one endpoint's deliveries, in order: one write is under way at a time, and what comes meanwhile goes with the next. What may be
/// lost without harm waits up to 20 ms for company. What fails, sealing or writing, is tried again until it holds. Touched only by the endpoint's
/// <see cref="SerialQueue"/>.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private const int MostWaiting = 500;
    private const int MostUnrecorded = 5_000;
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly Works _works;
    private readonly SerialQueue _queue;
    private readonly ITimer _linger;
    private Page _page = new();
    private Page? _writing;
    private bool _urgent;
    private int _unrecorded;
    private string? _notRecorded; // why not, as it was told

    public Ledger(Works works, SerialQueue queue)
    {
        _works = works;
        _queue = queue;
        _linger = works.Clock.CreateTimer(_ => queue.Post(Flush), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The store does not keep up: nothing more is to be sent until it does.</summary>
    public bool Full => _unrecorded > MostUnrecorded;

    public void Dispose() => _linger.Dispose();

    /// <summary>Adds a change; an urgent one is written as soon as the write under way is through.</summary>
    public void Add(StoreChange change, bool urgent) => Add(new Entry(change, null), urgent);

    /// <summary>Adds a change that is sealed when it is written: its key may have to be made first, and a full disk has no room for that either.</summary>
    public void Add(Func<StoreChange> seal, bool urgent) => Add(new Entry(null, seal), urgent);

    private void Add(Entry entry, bool urgent)
    {
        _page.Changes.Add(entry);
        _unrecorded++;
        _urgent |= urgent;
        if (_urgent || _page.Changes.Count >= MostWaiting)
        {
            Flush();
        }
        else if (_page.Changes.Count == 1)
        {
            _linger.Change(s_linger, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>To be told to the rules before the changes that follow.</summary>
    public void Tell(Settlement settlement) => _page.Settlements.Add(settlement);

    /// <summary>Runs in the endpoint's queue once everything added before is durable.</summary>
    public void WhenDurable(Action then)
    {
        if (_page.IsEmpty)
        {
            if (_writing is null)
            {
                then();
            }
            else
            {
                _writing.Then.Add(then);
            }

            return;
        }

        _page.Then.Add(then);
        _urgent = true;
        Flush();
    }

    private void Flush()
    {
        if (_writing is not null || _page.IsEmpty)
        {
            return;
        }

        _writing = _page;
        _page = new Page();
        _urgent = false;
        _works.Activity.Begin();
        _ = WriteAsync(_writing);
    }

    private async Task WriteAsync(Page page)
    {
        while (!await TryWriteAsync(page))
        {
            // Not under way while it waits: a full disk may take days.
            await _works.Activity.PauseAsync(s_retry, _works.Clock, _works.GaveUp);
            if (_works.GaveUp.IsCancellationRequested)
            {
                break;
            }
        }

        _queue.Post(() => Written(page));
        _works.Activity.End();
    }

    private async Task<bool> TryWriteAsync(Page page)
    {
        if (_works.GaveUp.IsCancellationRequested)
        {
            return true;
        }

        try
        {
            foreach (var settlement in page.Settlements)
            {
                await _works.Settlement.SettledAsync(settlement);
            }

            // Anew at each attempt: until there is room again, the key of the last attempt may have come to its end.
            var changes = page.Changes.ConvertAll(entry => entry.Change ?? entry.Seal!());
            if (changes.Count > 0)
            {
                await _works.Writer.WriteAsync(changes);
            }

            var claims = changes.OfType<StoreChange.ClaimNative>().Select(change => change.Claim).ToList();
            if (claims.Count > 0)
            {
                _works.Settlement.Claimed(claims);
            }

            _notRecorded = null;
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it was: results are kept until they are stored.
            var why = failure is StoreException ? failure.Message : failure.GetType().Name;
            var isNews = why != _notRecorded;
            _notRecorded = why;
            _works.Telemetry.ResultsNotRecorded(page.Changes.Count, why, isNews);
            return false;
        }
    }

    private void Written(Page page)
    {
        _writing = null;
        _unrecorded -= page.Changes.Count;
        if (!_works.GaveUp.IsCancellationRequested)
        {
            page.Then.ForEach(_queue.Guard);
        }

        if (_urgent || _page.Changes.Count >= MostWaiting)
        {
            Flush();
        }
        else if (!_page.IsEmpty)
        {
            _linger.Change(s_linger, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>One or the other.</summary>
    private readonly record struct Entry(StoreChange? Change, Func<StoreChange>? Seal);

    private sealed class Page
    {
        public List<Entry> Changes { get; } = [];

        public List<Settlement> Settlements { get; } = [];

        public List<Action> Then { get; } = [];

        public bool IsEmpty => Changes.Count == 0 && Then.Count == 0 && Settlements.Count == 0;
    }
}
