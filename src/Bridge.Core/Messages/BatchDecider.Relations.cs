using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

// Relations before their target: stored and acknowledged at once, routed when the target is known, or on their own after a while.
internal sealed partial class BatchDecider
{
    private const int MostWaiting = 1_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <summary>After a start or a failed commit: releases what waits for a target that was claimed meanwhile.</summary>
    public async ValueTask LookAgainAsync(DecidedBatch batch)
    {
        if (!overlay.Relations.LookAgain)
        {
            return;
        }

        var found = new List<AwaitsTarget>();
        foreach (var target in overlay.Relations.Targets)
        {
            var waiting = overlay.Relations.For(target);
            if (await IsKnownAsync(target, waiting[0].Arrival.Inbound.Address.Endpoint))
            {
                found.AddRange(waiting);
            }
        }

        await ReleaseAsync(batch, found, WaitEnd.TargetCame);
        overlay.Relations.LookAgain = false;
    }

    /// <summary>Stores the arrival and holds it back; false when it is to be routed now.</summary>
    private async ValueTask<bool> HeldBackAsync(DecidedBatch batch, Arrival arrival)
    {
        var inbound = arrival.Inbound;
        if (Relations.TargetOf(inbound.Event) is not { } native || inbound is { Historic: true } or { Event: ReceiptReported } || !Table.ForwardsFrom(inbound.Address))
        {
            return false;
        }

        var endpoint = inbound.Address.Endpoint;
        var target = sealer.NativeOf(inbound.Address, native);
        if (await IsKnownAsync(target, endpoint))
        {
            // Delivery has claimed it, and its word is still under way.
            await ReleaseForAsync(batch, target);
            return false;
        }

        var now = clock.GetUtcNow();
        if (overlay.Memory.Count(endpoint.Value, MemoryKinds.Relation) >= MostWaiting)
        {
            telemetry.RelationsAtCap(endpoint, _warnings.IsNews(endpoint.Value, nameof(telemetry.RelationsAtCap), now));
            await ReleaseAsync(batch, overlay.Relations.For(target), WaitEnd.TooManyWait);
            return false;
        }

        var due = now + s_patience;
        var entry = new AwaitsTarget(arrival, _sequence + 1, target, due);
        Store(batch, arrival, new Decision([Held($"waits for its target, until {Words.Of(due, now, Zone)} at most")], [], [new MemoryChange(entry.Key, entry)]));
        telemetry.RelationWaits(arrival.Id, endpoint);
        return true;
    }

    /// <summary>Known is what was claimed, unless it waits itself: what refers to a waiting relation must not overtake it.</summary>
    private async ValueTask<bool> IsKnownAsync(BlindIndex target, EndpointId endpoint)
    {
        var claimant = overlay.Claimant(target) ?? (await _store.FindNativeAsync(target, CancellationToken.None))?.Event;
        return claimant is { } id && overlay.Memory.Find(AwaitsTarget.KeyOf(endpoint, id)) is null;
    }

    /// <summary>The target was claimed.</summary>
    private ValueTask ReleaseForAsync(DecidedBatch batch, BlindIndex target)
    {
        var waiting = overlay.Relations.For(target);
        return waiting.Count == 0 ? ValueTask.CompletedTask : ReleaseAsync(batch, waiting, WaitEnd.TargetCame);
    }

    private ValueTask ReleaseOverdueAsync(DecidedBatch batch) =>
        ReleaseAsync(batch, overlay.Relations.DueBy(clock.GetUtcNow()), WaitEnd.TargetMissing);

    /// <summary>In order of acceptance; with each goes what waits for it.</summary>
    private async ValueTask ReleaseAsync(DecidedBatch batch, IReadOnlyList<AwaitsTarget> released, WaitEnd end)
    {
        var queue = new PriorityQueue<AwaitsTarget, long>(released.Select(waiting => (waiting, waiting.Sequence)));
        while (queue.TryDequeue(out var waiting, out _))
        {
            if (overlay.Memory.Find(waiting.Key) is null)
            {
                continue;
            }

            await RouteAtLastAsync(batch, waiting, end);
            var inbound = waiting.Arrival.Inbound;
            if (inbound.NativeId is { } native)
            {
                queue.EnqueueRange(overlay.Relations.For(sealer.NativeOf(inbound.Address, native)).Select(next => (next, next.Sequence)));
            }
        }
    }

    private async ValueTask RouteAtLastAsync(DecidedBatch batch, AwaitsTarget waiting, WaitEnd end)
    {
        overlay.Apply(batch, [new MemoryChange(waiting.Key, null)]);
        var arrival = waiting.Arrival;
        var decision = Decide(new RoutingInput.Arrived(arrival, await TargetOfAsync(batch, arrival)));
        var waited = clock.GetUtcNow() - arrival.ReceivedAt;
        decision = decision with { Routes = [Held($"waited {Words.Of(waited)}: {InWords(end)}"), .. decision.Routes] };
        overlay.Apply(batch, decision.Memory);
        Owe(batch, arrival, decision);
        batch.Decisions.Add(new LateDecision(arrival, decision));
        telemetry.RelationGoes(arrival.Id, arrival.Inbound.Address.Endpoint, end.ToString());
    }

    private static RouteVerdict Held(string because) => new("", Verdict.HeldForTarget, because);

    private static string InWords(WaitEnd end) => end switch
    {
        WaitEnd.TargetCame => "its target came",
        WaitEnd.TargetMissing => "its target did not come, so it goes out on its own",
        _ => "too many wait, so it goes out on its own",
    };

    /// <summary>Why a wait ended; counted by name.</summary>
    private enum WaitEnd
    {
        TargetCame,
        TargetMissing,
        TooManyWait,
    }
}
