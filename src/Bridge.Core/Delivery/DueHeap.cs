namespace Bridge.Core.Delivery;

/// <summary>Lanes by the time at which something is due in them. Each lane is in it at most once and can be moved or taken out: one timer serves all.</summary>
internal sealed class DueHeap
{
    private readonly List<Lane> _lanes = [];

    /// <summary>When the first lane is due; null when none is.</summary>
    public DateTimeOffset? First => _lanes.Count == 0 ? null : _lanes[0].Due;

    /// <summary>Puts the lane in, moves it, or takes it out (null).</summary>
    public void Set(Lane lane, DateTimeOffset? due)
    {
        if (due is null)
        {
            Remove(lane);
        }
        else if (lane.HeapIndex < 0)
        {
            lane.Due = due.Value;
            lane.HeapIndex = _lanes.Count;
            _lanes.Add(lane);
            Up(lane.HeapIndex);
        }
        else if (lane.Due != due.Value)
        {
            lane.Due = due.Value;
            Down(Up(lane.HeapIndex));
        }
    }

    /// <summary>Takes out the first lane when it is due.</summary>
    public bool TryTake(DateTimeOffset now, out Lane lane)
    {
        lane = _lanes.Count > 0 ? _lanes[0] : null!;
        if (lane is null || lane.Due > now)
        {
            return false;
        }

        Remove(lane);
        return true;
    }

    private void Remove(Lane lane)
    {
        if (lane.HeapIndex < 0)
        {
            return;
        }

        var hole = lane.HeapIndex;
        var last = _lanes[^1];
        _lanes.RemoveAt(_lanes.Count - 1);
        lane.HeapIndex = -1;
        if (last != lane)
        {
            Place(last, hole);
            Down(Up(hole));
        }
    }

    private int Up(int index)
    {
        var lane = _lanes[index];
        while (index > 0 && _lanes[(index - 1) / 2].Due > lane.Due)
        {
            Place(_lanes[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        Place(lane, index);
        return index;
    }

    private void Down(int index)
    {
        var lane = _lanes[index];
        for (var child = (index * 2) + 1; child < _lanes.Count; child = (index * 2) + 1)
        {
            if (child + 1 < _lanes.Count && _lanes[child + 1].Due < _lanes[child].Due)
            {
                child++;
            }

            if (_lanes[child].Due >= lane.Due)
            {
                break;
            }

            Place(_lanes[child], index);
            index = child;
        }

        Place(lane, index);
    }

    private void Place(Lane lane, int index)
    {
        _lanes[index] = lane;
        lane.HeapIndex = index;
    }
}
