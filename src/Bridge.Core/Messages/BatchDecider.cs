using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

/// <summary>Decides inputs one after the other into a batch: claims, rules, numbers. Used by the decision loop alone.</summary>
internal sealed partial class BatchDecider(
    DecisionPorts ports, BatchSealer sealer, Overlay overlay, SendsUnderWay sends, Telemetry telemetry, TimeProvider clock)
{
    private readonly IStore _store = ports.Store;
    private readonly RecentWarnings _warnings = new();
    private Rules _rules = new();
    private long _sequence;
    private long _delivery;

    public RouteTable Table { get; private set; } = RouteTable.Empty;

    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>The batch that is being committed: what it holds is decided, and not in the store yet.</summary>
    public DecidedBatch Ahead { get; set; } = new();

    /// <summary>The rules from here on.</summary>
    public void Use(Rules rules, TimeZoneInfo zone, int generation)
    {
        (_rules, Zone) = (rules, zone);
        Table = RouteTable.Of(rules, overlay.Memory, generation, sealer.PortalIndex);
        foreach (var (made, other) in MadeLinks.Shared(Table.Links))
        {
            telemetry.LinksShareAddress(made, other, _warnings.IsNews(made, other, clock.GetUtcNow()));
        }
    }

    public void ContinueAfter(StoreHead head) => (_sequence, _delivery) = (head.LastSequence, head.LastDelivery.Value);

    public async ValueTask DecideAsync(DecidedBatch batch, LoopInput input)
    {
        batch.Inputs.Add(input);
        switch (input)
        {
            case LoopInput.Accepted accepted:
                await AcceptAsync(batch, accepted);
                break;
            case LoopInput.Sent sent:
                Store(batch, sent.Send.Arrival, Decide(sent.Send));
                break;
            case LoopInput.Settled settled:
                await SettleAsync(batch, settled);
                break;
            case LoopInput.Landed landed:
                await LookAtAsync(batch, SpeakerAt(landed.To));
                break;
            case LoopInput.Steered steered:
                Steer(batch, steered);
                break;
            case LoopInput.Opened opened:
                Open(batch, opened);
                break;
            case LoopInput.Backfilled backfilled when overlay.Memory.Find(backfilled.By) is Beginning { Due: not null } beginning:
                await BringOverAsync(batch, backfilled.By, beginning, backfilled.History);
                break;
            case LoopInput.Claimed claimed:
                await HearAsync(batch, claimed);
                break;
            case LoopInput.Reloaded reloaded:
                batch.RulesBefore ??= (_rules, Table, Zone);
                Use(reloaded.Rules, reloaded.Zone, reloaded.Generation);
                Begin(batch, again: false);
                reloaded.OpenPatterns = overlay.Memory.OpenPatterns();
                break;
            case LoopInput.Asked asked:
                asked.Question(Table, overlay.Memory, Zone);
                break;
        }
    }

    /// <summary>It was not committed. Newest batch first.</summary>
    public void TakeBack(DecidedBatch batch)
    {
        overlay.TakeBack(batch);
        (_rules, Table, Zone) = batch.RulesBefore ?? (_rules, Table, Zone);
    }

    /// <summary>What became due, or may be forgotten.</summary>
    public async ValueTask WakeAsync(DecidedBatch batch)
    {
        var now = clock.GetUtcNow();
        while (overlay.Timers.TryTake(now, overlay.Memory, out var key, out var value))
        {
            if (value.Forget <= now)
            {
                overlay.Apply(batch, [new MemoryChange(key, null)]);
                continue;
            }

            if (await EndedAsync(batch, key, value))
            {
                continue;
            }

            var decision = Decide(new RoutingInput.TimerDue(key));
            if (decision.Deliveries is [var first, ..])
            {
                // Bridge itself speaks: an event of its own, where the rule heard what it now tells.
                var inbound = new Inbound { Address = first.Content.Source ?? first.Content.To, Event = first.Content.Content! };
                Store(batch, new Arrival(EventId.New(clock), inbound, now, Origin.Bridge), decision);
            }
            else
            {
                overlay.Apply(batch, decision.Memory);
            }

            // A rule that leaves it due would be asked for ever.
            if (overlay.Memory.Find(key) is { Due: { } due } && due <= now)
            {
                overlay.Apply(batch, [new MemoryChange(key, null)]);
            }
        }
    }

    /// <summary>True when it was a wait, and is over.</summary>
    private async ValueTask<bool> EndedAsync(DecidedBatch batch, MemoryKey key, Remembered value)
    {
        switch (value)
        {
            case Beginning beginning:
                await BringOverAsync(batch, key, beginning, HistoryFound.Nothing);
                return true;
            case AwaitsSends waiting:
                await LookAtAsync(batch, waiting.Arrival.Inbound.Address);
                return true;
            case AwaitsTarget:
                await ReleaseOverdueAsync(batch);
                return true;
            default:
                return false;
        }
    }

    private async ValueTask AcceptAsync(DecidedBatch batch, LoopInput.Accepted accepted)
    {
        for (var index = 0; index < accepted.Arrivals.Count; index++)
        {
            accepted.Ids[index] = await ArriveAsync(batch, accepted.Arrivals[index]);
        }

        foreach (var change in accepted.State)
        {
            batch.State.Add((accepted.Endpoint, change));
        }
    }

    /// <summary>The event's id, or that of the event it repeats.</summary>
    private async ValueTask<EventId> ArriveAsync(DecidedBatch batch, Arrival arrival)
    {
        var inbound = arrival.Inbound;
        if (inbound.Event is TypingChanged)
        {
            PassOn(arrival);
            return arrival.Id;
        }

        if (inbound.Event is DeliveryReported report)
        {
            batch.Reports.Add(report);
            return arrival.Id;
        }

        // The sends first, then the ids: what is neither under way nor known is not ours.
        IReadOnlyList<SendUnderWay> ours = sends.IsEmpty ? [] : SendsTo(inbound.Address);
        BlindIndex? native = inbound.NativeId is { } id ? sealer.NativeOf(inbound.Address, id) : null;
        if (native is { } claim && await ClaimantAsync(claim, inbound.Address.Endpoint) is { } earlier)
        {
            return earlier;
        }

        if (await WaitsForSendsAsync(batch, arrival, ours) is { } waits)
        {
            return waits;
        }

        await RouteAsync(batch, arrival, native, late: null);
        return arrival.Id;
    }

    private async ValueTask RouteAsync(DecidedBatch batch, Arrival arrival, BlindIndex? native, Late? late)
    {
        if (await HeldBackAsync(batch, arrival, late))
        {
            Claim(batch, native, arrival.Id);
            return;
        }

        var decision = Decide(new RoutingInput.Arrived(arrival, await TargetOfAsync(batch, arrival)));
        if (arrival.Inbound.Event is DataReported && !decision.Concerns && arrival.Origin != Origin.Cli && late is null)
        {
            overlay.Apply(batch, decision.Memory);
            telemetry.Unrouted(arrival.Inbound.Address.Endpoint);
            return;
        }

        Claim(batch, native, arrival.Id);
        Keep(batch, arrival, decision, late);
        if (native is { } target)
        {
            await ReleaseForAsync(batch, target);
        }
    }

    private async ValueTask<EventId?> ClaimantAsync(BlindIndex native, EndpointId endpoint)
    {
        if (overlay.Claimant(native) is { } inFlight)
        {
            telemetry.Duplicate(endpoint);
            return inFlight;
        }

        if (await _store.FindNativeAsync(native, CancellationToken.None) is not { } claim)
        {
            return null;
        }

        if (claim.Delivery is null)
        {
            telemetry.Duplicate(endpoint);
        }
        else
        {
            telemetry.Echo(endpoint);
        }

        return claim.Event;
    }

    private Decision Decide(RoutingInput input)
    {
        try
        {
            var decision = Router.Decide(Table, input, overlay.Memory, clock.GetUtcNow(), Zone);
            foreach (var verdict in decision.Routes)
            {
                var warn = verdict.Problem is not null && _warnings.IsNews(verdict.Route, verdict.Verdict.ToString(), clock.GetUtcNow());
                telemetry.Judged((input as RoutingInput.Arrived)?.Arrival.Id, verdict, warn);
            }

            foreach (var route in decision.AtCap)
            {
                telemetry.MemoryAtCap(route, _warnings.IsNews(route, nameof(telemetry.MemoryAtCap), clock.GetUtcNow()));
            }

            return decision;
        }
        catch (Exception failure)
        {
            // A fault in the rules must not wedge the endpoint that brings the event again and again: it is stored, says so, and goes nowhere.
            telemetry.RulesFailed(failure.GetType().Name);
            return new Decision([new RouteVerdict("", Verdict.Invalid, $"the rules failed: {failure.GetType().Name}")], [], []);
        }
    }
}
