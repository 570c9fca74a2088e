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
        if (overlay.Arrivals.LookAgain)
        {
            overlay.Arrivals.LookAgain = false;
            foreach (var address in overlay.Arrivals.Awaited)
            {
                await LookAtAsync(batch, address);
            }
        }

        if (!overlay.Relations.LookAgain)
        {
            return;
        }

        var found = new List<AwaitsTarget>();
        foreach (var target in overlay.Relations.Awaited)
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
    private async ValueTask<bool> HeldBackAsync(DecidedBatch batch, Arrival arrival, Late? late)
    {
        var inbound = arrival.Inbound;
        if (Relations.TargetOf(inbound.Event) is not { } native || inbound.Historic || !MayGoOut(inbound))
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
        var due = now + s_patience;
        var entry = new AwaitsTarget(arrival, late?.Sequence ?? _sequence + 1, target, due);
        if (overlay.Memory.Count(endpoint.Value, entry.Key.Kind) >= MostWaiting)
        {
            telemetry.RelationsAtCap(endpoint, _warnings.IsNews(endpoint.Value, nameof(telemetry.RelationsAtCap), now));
            await ReleaseAsync(batch, overlay.Relations.For(target), WaitEnd.TooManyWait);
            return false;
        }

        if (overlay.Memory.Find(entry.Key) is AwaitsTarget overtaken)
        {
            GiveWay(batch, overtaken);
        }

        Keep(batch, arrival, new Decision([Held($"waits for its target, until {Words.Of(due, now, Zone)} at most")], [], [new MemoryChange(entry.Key, entry)]), late);
        telemetry.RelationWaits(arrival.Id, endpoint);
        return true;
    }

    /// <summary>Only what could go out waits. No route takes receipts.</summary>
    private bool MayGoOut(Inbound inbound) =>
        inbound.Event is ReceiptReported receipt ? receipt.Read && Table.Links.Has(inbound.Address) : Table.ForwardsFrom(inbound.Address);

    /// <summary>Of one person's read markers at one address the last waits: it says what the others said.</summary>
    private void GiveWay(DecidedBatch batch, AwaitsTarget overtaken)
    {
        var arrival = overtaken.Arrival;
        batch.Decisions.Add(new LateDecision(arrival, new Decision([new RouteVerdict("", Verdict.Unchanged, "a later read marker of the same person came")], [], [])));
        telemetry.RelationGoes(arrival.Id, arrival.Inbound.Address.Endpoint, "Superseded");
    }

    /// <summary>Known is what was claimed, unless it waits itself: what refers to a waiting relation must not overtake it.</summary>
    private async ValueTask<bool> IsKnownAsync(BlindIndex target, EndpointId endpoint)
    {
        var claimant = overlay.Claimant(target) ?? (await _store.FindNativeAsync(target, CancellationToken.None))?.Event;
        return claimant is { } id && overlay.Memory.Find(AwaitsTarget.KeyOf(endpoint, id)) is null;
    }

    private async ValueTask HearAsync(DecidedBatch batch, LoopInput.Claimed claimed)
    {
        foreach (var claim in overlay.Relations.LookAgain ? [] : claimed.Claims)
        {
            await ReleaseForAsync(batch, claim.Id);
        }
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
            if ((overlay.Memory.Find(waiting.Key) as AwaitsTarget)?.Sequence != waiting.Sequence)
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
        decision = decision with { Routes = [Held($"waited {Words.Of(waited)}: {InWords(end, arrival.Inbound.Event)}"), .. decision.Routes] };
        overlay.Apply(batch, decision.Memory);
        Owe(batch, arrival, decision);
        batch.Decisions.Add(new LateDecision(arrival, decision));
        telemetry.RelationGoes(arrival.Id, arrival.Inbound.Address.Endpoint, end.ToString());
    }

    private static RouteVerdict Held(string because) => new("", Verdict.HeldForTarget, because);

    private static string InWords(WaitEnd end, BridgeEvent waited) => end switch
    {
        WaitEnd.TargetCame => "its target came",
        _ when waited is ReceiptReported => "what was read did not come",
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
