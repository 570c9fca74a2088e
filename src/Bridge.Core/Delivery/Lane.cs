using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>
/// The open deliveries of one lane that are in memory, in id order: first those on their way (sent, or with an outcome that waits for its turn), then
/// those that wait. What does not fit is in the store. Touched only by its endpoint's <see cref="SerialQueue"/>.
/// </summary>
internal sealed class Lane(LaneId id)
{
    /// <summary>How many deliveries a lane keeps in memory.</summary>
    public const int MostItems = 1_000;

    /// <summary>Below this it reads on.</summary>
    public const int FewItems = 250;

    /// <summary>How many bytes of content a lane keeps in memory.</summary>
    public const long MostBytes = 4 << 20;

    private readonly List<Owed> _items = [];
    private int _onTheirWay;
    private int _again;
    private Owed? _repeating;

    public LaneId Id { get; } = id;

    public IReadOnlyList<Owed> Items => _items;

    /// <summary>How many at the front are on their way.</summary>
    public int OnTheirWay => _onTheirWay;

    /// <summary>How many of these have no outcome yet.</summary>
    public int Unanswered => _items.Take(_onTheirWay).Count(owed => owed.Phase is not (OwedPhase.Done or OwedPhase.Recording));

    /// <summary>An outcome is on its way to the disk.</summary>
    public bool IsRecording => _items.Take(_onTheirWay).Any(owed => owed.Phase == OwedPhase.Recording);

    /// <summary>The store has more, after <see cref="ReadUpTo"/>.</summary>
    public bool More { get; set; }

    public DeliveryId ReadUpTo { get; set; }

    /// <summary>The latest delivery that was left in the store.</summary>
    public DeliveryId LeftInStore { get; set; }

    public bool Reading { get; set; }

    /// <summary>Nothing of this lane was read since the start: what is found first may have been in flight when the process died.</summary>
    public bool Recovering { get; set; }

    /// <summary>Something is looked up for the next delivery.</summary>
    public bool LookingUp { get; set; }

    /// <summary>The delivery on its way that must be alone: of several parts, or Unsafe.</summary>
    public Owed? Alone { get; set; }

    /// <summary>Ids that a person dropped while they were in the store only; a page read at that moment may still bring them.</summary>
    public HashSet<DeliveryId>? Dropped { get; set; }

    public bool Busy => LookingUp || Alone is not null;

    /// <summary>Stands in the endpoint's queue of ready lanes.</summary>
    public bool Queued { get; set; }

    /// <summary>Of a placeholder's lane: where its portal is; null until that is known.</summary>
    public Address? Place { get; set; }

    /// <summary>Asked again only after this: what the address can carry is not known.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Edits and deletes that wait in this lane.</summary>
    public int Relations { get; set; }

    public long Bytes { get; private set; }

    /// <summary>The earliest deadline of what is in memory; may be earlier, never later.</summary>
    public DateTimeOffset EarliestDeadline { get; private set; } = DateTimeOffset.MaxValue;

    public int HeapIndex { get; set; } = -1;

    public DateTimeOffset Due { get; set; }

    public bool Idle => _items.Count == 0 && !More && !Reading && !Busy;

    public bool HasRoom => _items.Count == 0 || (_items.Count < MostItems && Bytes < MostBytes);

    public bool WantsMore => More && !Reading && _items.Count < FewItems && Bytes < MostBytes / 2;

    private Owed? FirstWaiting => _onTheirWay < _items.Count && _items[_onTheirWay].Phase == OwedPhase.Waiting ? _items[_onTheirWay] : null;

    /// <summary>In id order: nearly always at the end; a retried one finds its old place among those that wait.</summary>
    public void Add(Owed owed)
    {
        var index = _items.Count;
        while (index > _onTheirWay && _items[index - 1].Id > owed.Id)
        {
            index--;
        }

        _items.Insert(index, owed);
        Bytes += owed.Size;
        Relations += Delivery.Relations.Is(owed.Body) ? 1 : 0;
        Mind(owed);
    }

    public void Remove(Owed owed)
    {
        var index = _items.IndexOf(owed);
        _items.RemoveAt(index);
        _onTheirWay -= index < _onTheirWay ? 1 : 0;
        Bytes -= owed.Size;
        Relations -= Delivery.Relations.Is(owed.Content.Content ?? owed.Arrival!.Inbound.Event) ? 1 : 0;
    }

    public Owed? Find(DeliveryId id) => _items.Find(owed => owed.Id == id);

    /// <summary>
    /// What is to be sent next; null when nothing can be. When everything from some point on came back, it simply waits again. When something
    /// later is already through, what came back goes first and alone: nothing new is sent until it is through.
    /// </summary>
    public Owed? Next()
    {
        if (_repeating is not null)
        {
            return null;
        }

        if (_again == 0)
        {
            return FirstWaiting;
        }

        var first = _items.FindIndex(owed => owed.Phase == OwedPhase.Again);
        if (_onTheirWay - first == _again)
        {
            for (var index = first; index < _onTheirWay; index++)
            {
                _items[index].Phase = OwedPhase.Waiting;
            }

            (_onTheirWay, _again) = (first, 0);
            return FirstWaiting;
        }

        for (var index = 0; index < _onTheirWay; index++)
        {
            if (_items[index].Phase is OwedPhase.Sending or OwedPhase.Preparing)
            {
                return null;
            }
        }

        return _items[first];
    }

    /// <summary>What <see cref="Next"/> gave is on its way.</summary>
    public void SetOff(Owed owed)
    {
        if (owed.Phase == OwedPhase.Again)
        {
            _again--;
            _repeating = owed;
        }
        else
        {
            _onTheirWay++;
        }

        owed.Phase = OwedPhase.Sending;
    }

    /// <summary>It must be sent again.</summary>
    public void ComesBack(Owed owed)
    {
        Landed(owed);
        owed.Phase = OwedPhase.Again;
        _again++;
        Mind(owed);
    }

    /// <summary>A part is through and the next one waits: only what is alone on its way has several.</summary>
    public void Return(Owed owed)
    {
        Landed(owed);
        owed.Phase = OwedPhase.Waiting;
        _onTheirWay--;
        Mind(owed);
    }

    /// <summary>It has an outcome. True when it was on its way, so that the outcome waits for its turn to be recorded.</summary>
    public bool Finished(Owed owed)
    {
        if (_items.IndexOf(owed) >= _onTheirWay)
        {
            return false;
        }

        Landed(owed);
        _again -= owed.Phase == OwedPhase.Again ? 1 : 0;
        owed.Phase = OwedPhase.Done;
        return true;
    }

    /// <summary>The first on its way whose outcome is not being recorded.</summary>
    public Owed? FirstUnrecorded()
    {
        for (var index = 0; index < _onTheirWay; index++)
        {
            if (_items[index].Phase != OwedPhase.Recording)
            {
                return _items[index];
            }
        }

        return null;
    }

    /// <summary>Looks at every deadline again, after the earliest one has passed. What is on its way is not given up.</summary>
    public void RecountDeadlines()
    {
        EarliestDeadline = DateTimeOffset.MaxValue;
        foreach (var owed in _items)
        {
            if (owed.Phase is OwedPhase.Waiting or OwedPhase.Again)
            {
                Mind(owed);
            }
        }
    }

    private void Landed(Owed owed)
    {
        if (_repeating == owed)
        {
            _repeating = null;
        }

        if (Alone == owed)
        {
            Alone = null;
        }
    }

    private void Mind(Owed owed)
    {
        if (owed.Deadline < EarliestDeadline)
        {
            EarliestDeadline = owed.Deadline;
        }
    }
}
