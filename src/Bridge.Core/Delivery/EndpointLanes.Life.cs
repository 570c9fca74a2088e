using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// How the lanes of an endpoint begin, and how they end.
internal sealed partial class EndpointLanes
{
    /// <summary>Takes up what the store holds from before; completes when every lane's first page was looked at.</summary>
    public Task RecoverAsync(IReadOnlyList<LaneId> lanes, DeliveryId latest)
    {
        _queue.Post(() =>
        {
            _accepted = latest;
            _recovering = lanes.Count;
            foreach (var id in lanes)
            {
                var lane = LaneOf(id);
                (lane.More, lane.Recovering, lane.ReadUpTo, lane.LeftInStore) = (true, true, default, latest);
                _reader.Read(lane);
            }

            if (lanes.Count == 0)
            {
                _recovered.TrySetResult();
            }
        });
        return _recovered.Task;
    }

    /// <summary>No new sends; completes when those in flight have answered.</summary>
    public Task DrainAsync()
    {
        _queue.Post(() => _stopping = true);
        return _drained.Task;
    }

    /// <summary>Completes when everything known is recorded.</summary>
    public Task RecordedAsync()
    {
        var recorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(() => _ledger.WhenDurable(recorded.SetResult));
        return recorded.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _wishes.Dispose();
        _ledger.Dispose();
    }

    /// <summary>Nothing is sent before it is known what was spent today.</summary>
    private async Task BeginAsync()
    {
        var spent = await _works.Records.SpentAsync(_works, _id);
        _queue.Post(() =>
        {
            _budget.Day.Resume(spent);
            _begun = true;
        });
        _works.Activity.End();
    }
}
