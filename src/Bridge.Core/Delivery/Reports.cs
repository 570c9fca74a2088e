using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>How a network's later report moves a delivery: forward only (sent, delivered, read); failed only from sent or uncertain. Pure.</summary>
internal static class Reports
{
    public static (DeliveryState State, DeliveryProgress Progress) Apply(DeliveryState state, DeliveryProgress progress, int part, DeliveryReported report)
    {
        if (state is not (DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Partial or DeliveryState.Uncertain))
        {
            return (state, progress);
        }

        var parts = progress.Parts.ToList();
        var index = parts.FindIndex(known => known.Part == part);
        var known = index >= 0 ? parts[index] : new PartResult(part, [], DeliveryState.Sent);
        var told = known with { State = Forward(known.State, report.Outcome), Ids = EquatableArray.From(known.Ids.Union(report.Ids)) };
        if (index >= 0)
        {
            parts[index] = told;
        }
        else
        {
            parts.Add(told);
        }

        var after = progress with
        {
            Parts = EquatableArray.From(parts),
            Reason = told.State == DeliveryState.Failed ? report.Why ?? progress.Reason : progress.Reason,
        };
        return (Whole(state, parts, Math.Max(1, progress.Plan.Count)), after);
    }

    /// <summary>For a retry: what the network reported as failed is owed again, and nothing else.</summary>
    public static DeliveryProgress BegunAnew(DeliveryProgress progress)
    {
        var there = EquatableArray.From(progress.Parts.Where(part => part.State != DeliveryState.Failed));
        return there.Count == progress.Parts.Count ? progress : progress with { Parts = there, Round = progress.Round + 1 };
    }

    private static DeliveryState Forward(DeliveryState state, DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Read => state == DeliveryState.Failed ? state : DeliveryState.Read,
        DeliveryOutcome.Delivered => state == DeliveryState.Sent ? DeliveryState.Delivered : state,
        DeliveryOutcome.Failed => state == DeliveryState.Sent ? DeliveryState.Failed : state,
        _ => state,
    };

    /// <summary>As far as its slowest part; nothing is known of the whole before every part is.</summary>
    private static DeliveryState Whole(DeliveryState state, List<PartResult> parts, int planned)
    {
        if (parts.Count < planned)
        {
            return state;
        }

        var failed = parts.Count(part => part.State == DeliveryState.Failed);
        return failed == 0 ? parts.Min(part => part.State)
            : failed == parts.Count ? DeliveryState.Failed
            : DeliveryState.Partial;
    }
}
