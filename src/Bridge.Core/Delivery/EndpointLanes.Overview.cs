using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

// What stands in the lanes, for people who look.
internal sealed partial class EndpointLanes
{
    /// <summary>A picture of one moment, taken between two steps.</summary>
    public Task<LanesOverview> OverviewAsync(int most)
    {
        var taken = new TaskCompletionSource<LanesOverview>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(() => taken.SetResult(new LanesOverview(
            _id,
            _inFlight,
            _budget.Window == int.MaxValue ? null : _budget.Window,
            _lanes.Values.Count(lane => !lane.Idle),
            [.. _lanes.Values.Where(lane => !lane.Idle).OrderByDescending(lane => lane.Items.Count).Take(most).Select(Of)])));
        return taken.Task;
    }

    private static LaneOverview Of(Lane lane)
    {
        var head = lane.Items.Count > 0 ? lane.Items[0] : null;
        return new LaneOverview(head?.Content.To, lane.Id.Critical, lane.Items.Count, lane.More, head?.CreatedAt, head?.Progress.Reason);
    }
}

/// <summary>The lanes of one endpoint at one moment.</summary>
/// <param name="InFlight">Sends that have no result yet.</param>
/// <param name="Window">How many there may be by the configuration; null: what the endpoint can.</param>
/// <param name="Count">How many lanes owe something.</param>
/// <param name="Lanes">Those that owe most, most first.</param>
public sealed record LanesOverview(EndpointId Endpoint, int InFlight, int? Window, int Count, IReadOnlyList<LaneOverview> Lanes);

/// <summary>One lane.</summary>
/// <param name="To">Null while nothing of it is in memory.</param>
/// <param name="Owed">In memory; <paramref name="More"/>: there are others in the store.</param>
/// <param name="Oldest">Since when the first one is owed.</param>
/// <param name="Reason">Why the first one is not yet through, when there is something to say.</param>
public sealed record LaneOverview(Address? To, bool Critical, int Owed, bool More, DateTimeOffset? Oldest, string? Reason);
