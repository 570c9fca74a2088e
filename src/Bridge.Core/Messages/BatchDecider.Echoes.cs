using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

// What arrives where something is being sent: it may be that very send, or answer it, before anybody knows how the network names it. It is stored and acknowledged
// at once, and decided when the answer is there; whatever else comes from that address waits behind it.
internal sealed partial class BatchDecider
{
    private const int MostHeld = 1_000;

    // Longer than a send may take. A send in doubt for longer is known by its words alone.
    private static readonly TimeSpan s_answer = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_doubt = TimeSpan.FromHours(1);

    /// <summary>The id of the stored event when it waits, or is our own; null when it is to be routed now.</summary>
    /// <param name="ours">What was under way to its address before its native id was looked for.</param>
    private async ValueTask<EventId?> WaitsForSendsAsync(DecidedBatch batch, Arrival arrival, IReadOnlyList<SendUnderWay> ours)
    {
        var (inbound, at) = (arrival.Inbound, arrival.Inbound.Address);
        if (!inbound.Historic && EchoOf(batch, arrival, ours.Where(send => !IsFresh(send))) is { } echo)
        {
            Store(batch, arrival, echo);
            return arrival.Id;
        }

        var first = overlay.Arrivals.First(at);
        var awaited = ours.Count == 0 || inbound.Historic ? [] : await AwaitedAsync(inbound, ours);
        if (first is null && (awaited.Count == 0 || !(Table.ListensTo(at) || Table.Management.Has(at))))
        {
            return null;
        }

        if (inbound.NativeId is { } native && overlay.Arrivals.Named(at, native) is { } same)
        {
            telemetry.Duplicate(at.Endpoint);
            return same.Arrival.Id;
        }

        if (overlay.Memory.Count(at.Endpoint.Value, MemoryKinds.Arrival) >= MostHeld)
        {
            telemetry.ArrivalsAtCap(at.Endpoint, _warnings.IsNews(at.Endpoint.Value, nameof(telemetry.ArrivalsAtCap), clock.GetUtcNow()));
            await LookAtAsync(batch, at, ArrivalEnd.TooManyWait);
            return null;
        }

        var due = clock.GetUtcNow() + s_answer;
        var entry = new AwaitsSends(arrival, _sequence + 1, EquatableArray.From(awaited.Select(send => send.Delivery.Value)), due);
        var why = awaited.Count > 0 ? "something is being sent to its address: it waits for the answer" : "it waits behind what came before it at its address";
        Store(batch, arrival, new Decision([Awaits($"{why}, until {Words.Of(due, due - s_answer, Zone)} at most")], [], [new MemoryChange(entry.Key, entry)]));
        telemetry.ArrivalWaits(arrival.Id, at.Endpoint);
        await LookAtAsync(batch, at); // the answer may be here by now
        return arrival.Id;
    }

    /// <summary>Those that it may be, or may answer.</summary>
    private async ValueTask<IReadOnlyList<SendUnderWay>> AwaitedAsync(Inbound inbound, IReadOnlyList<SendUnderWay> ours)
    {
        var left = ours.Where(IsFresh).ToList();
        if (left.Count == 0)
        {
            return left;
        }

        var capabilities = CapabilitiesOf(inbound.Address);
        left.RemoveAll(send => send.Place >= Math.Max(1, capabilities?.InFlight ?? 1));
        if (capabilities?.Resend is ResendClass.Harmless)
        {
            return [];
        }

        if ((inbound.ReplyTo ?? inbound.Thread) is { } answered && !await IsKnownAsync(sealer.NativeOf(inbound.Address, answered), inbound.Address.Endpoint))
        {
            return left;
        }

        return inbound.NativeId is null || capabilities is { MayEcho: false } ? [] : left.FindAll(send => send.Content.GetType() == inbound.Event.GetType());
    }

    /// <summary>Lets go on what waits at an address, in order, as far as what it waits for has its answer or its time is over.</summary>
    private async ValueTask LookAtAsync(DecidedBatch batch, Address? speaker, ArrivalEnd? forced = null)
    {
        while (speaker is { } at && overlay.Arrivals.First(at) is { } waiting)
        {
            var overdue = waiting.Due <= clock.GetUtcNow();
            if (forced is null && !overdue && LanesOf(at).Any(to => sends.Await(to, waiting.Sends)))
            {
                return;
            }

            await GoOnAsync(batch, waiting, forced ?? (overdue ? ArrivalEnd.NoAnswer : ArrivalEnd.Answered));
        }
    }

    private async ValueTask GoOnAsync(DecidedBatch batch, AwaitsSends waiting, ArrivalEnd end)
    {
        overlay.Apply(batch, [new MemoryChange(waiting.Key, null)]);
        var arrival = waiting.Arrival;
        var (inbound, at) = (arrival.Inbound, arrival.Inbound.Address);
        var late = new Late(waiting.Sequence, Awaits($"waited {Words.Of(clock.GetUtcNow() - arrival.ReceivedAt)}: {InWords(end)}"));
        telemetry.ArrivalGoes(arrival.Id, at.Endpoint, end.ToString());
        BlindIndex? native = inbound.NativeId is { } id ? sealer.NativeOf(at, id) : null;
        if (native is { } claim && await ClaimantAsync(claim, at.Endpoint) is { } earlier)
        {
            Keep(batch, arrival, new Decision([new RouteVerdict("", Verdict.Echo, $"the network told of event {earlier} again")], [], []), late);
        }
        else if (EchoOf(batch, arrival, SendsTo(at).Where(send => waiting.Sends.Contains(send.Delivery.Value))) is { } echo)
        {
            Keep(batch, arrival, echo, late);
        }
        else
        {
            await RouteAsync(batch, arrival, native, late);
        }
    }

    /// <summary>The decision that it is what Bridge sent, by its words: of these sends, or of one whose native id will never be known. Null when it is not.</summary>
    private Decision? EchoOf(DecidedBatch batch, Arrival arrival, IEnumerable<SendUnderWay> ours)
    {
        var (inbound, at) = (arrival.Inbound, arrival.Inbound.Address);
        var candidates = ours.ToList();
        if (inbound.NativeId is not { } native || (candidates.Count == 0 && overlay.Memory.Count(at.Endpoint.Value, MemoryKinds.Doubted) == 0)
            || CapabilitiesOf(at) is { MayEcho: false } || SentWords.Of(inbound.Event) is not { } words)
        {
            return null;
        }

        var same = candidates.Find(send => SentWords.Of(send.Content) == words);
        var doubt = LanesOf(at).Select(to => Doubted.KeyOf(to, words)).FirstOrDefault(key => overlay.Memory.Find(key) is Doubted);
        var (of, delivery) = same is not null ? (same.Event, same.Delivery.Value)
            : overlay.Memory.Find(doubt) is Doubted doubted ? (doubted.Event, doubted.Delivery)
            : default;
        if (delivery == 0)
        {
            return null;
        }

        var claim = sealer.NativeOf(at, native);
        overlay.Claim(batch, claim, of);
        batch.Clear.Add(new StoreChange.ClaimNative(new NativeClaim(claim, of, new DeliveryId(delivery), Part: 0)));
        telemetry.Echo(at.Endpoint);
        return new Decision(
            [new RouteVerdict("", Verdict.Echo, $"its words are those of delivery {delivery}, whose outcome nobody knows: Bridge sent it itself")],
            [],
            same is null ? [new MemoryChange(doubt, null)] : []);
    }

    /// <summary>The network may have it, and will not tell how it names it.</summary>
    private void Remember(DecidedBatch batch, DoubtedSend doubt)
    {
        if (SentWords.Of(doubt.Send.Content) is { } words && overlay.Memory.Count(doubt.To.Endpoint.Value, MemoryKinds.Doubted) < MostHeld)
        {
            var until = clock.GetUtcNow() + s_doubt;
            overlay.Apply(batch, [new MemoryChange(Doubted.KeyOf(doubt.To, words), new Doubted(doubt.Send.Event, doubt.Send.Delivery.Value, until))]);
        }
    }

    private bool IsFresh(SendUnderWay send) => clock.GetUtcNow() - send.Since < s_answer;

    private IReadOnlyList<SendUnderWay> SendsTo(Address at) => [.. LanesOf(at).SelectMany(sends.To)];

    /// <summary>What is owed to that address: of a portal, to its placeholder.</summary>
    private IEnumerable<Address> LanesOf(Address at) =>
        overlay.Memory.PortalAt(at) is { } key && overlay.Memory.Find(key) is Portal portal ? [at, Placeholder.Of(at.Endpoint, portal.Name)] : [at];

    private Address? SpeakerAt(Address to) =>
        !Placeholder.Is(to) ? to : overlay.Memory.PortalNamed(Placeholder.KeyOf(to)) is (_, { Near: { } near }) ? near : null;

    private EndpointCapabilities? CapabilitiesOf(Address at)
    {
        try
        {
            return ports.CapabilitiesOf(at);
        }
        catch (Exception failure)
        {
            telemetry.EndpointMisbehaved(at.Endpoint, "what it can carry", failure.GetType().Name);
            return null;
        }
    }

    private static RouteVerdict Awaits(string because) => new("", Verdict.HeldForAnswer, because);

    private static string InWords(ArrivalEnd end) => end switch
    {
        ArrivalEnd.Answered => "what was being sent has its answer",
        ArrivalEnd.NoAnswer => "what was being sent had no answer in that time",
        _ => "too many wait",
    };

    /// <summary>Why a wait ended; counted by name.</summary>
    private enum ArrivalEnd
    {
        Answered,
        NoAnswer,
        TooManyWait,
    }
}
