using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Expressions;
using Bridge.Core.Sync;

namespace Bridge.Core.Routing;

/// <summary>One link's turn with one arrival at one of its sides: whether it carries it, and where to.</summary>
internal sealed class LinkTurn(Draft draft, LinkedSide side, ArrivalFacts facts, TargetFacts target)
{
    // A read marker that is an hour late has been overtaken.
    private static readonly TimeSpan s_receiptLife = TimeSpan.FromHours(1);

    private readonly Trace _trace = new();

    private CompiledLink Link => side.Link;

    private LinkConfig Config => side.Link.Config;

    private Inbound Inbound => facts.Inbound;

    public void Take()
    {
        if (Inbound.Hops >= Turn.MaxHops)
        {
            Say(Verdict.LoopStopped, $"it has passed {Inbound.Hops} bridges; {Turn.MaxHops} is the bound", "it has passed too many bridges");
        }
        else if ((NotOfItsKind() ?? NotFromHim()) is { } refused)
        {
            Say(Verdict.NotMatched, refused);
        }
        else if (Config.When is { } when && IsSaid && !when.IsTrue(Scope(), _trace))
        {
            Say(Verdict.NotMatched, _trace.Falsified is { } falsified ? $"when is false: {falsified}" : "when is false");
        }
        else if (Silences.Find(draft, Link.Id) is { } silenced)
        {
            Say(Verdict.Silenced, Silences.Because(draft, silenced));
        }
        else if (SyncRules.Overtaken(draft, Link, Inbound, target) is { } overtaken)
        {
            Say(Verdict.Unchanged, overtaken);
        }
        else if (LoopBreaker.Stops(draft, Link, facts) is { } looping)
        {
            Say(Verdict.LoopStopped, looping, "it repeats itself to where Bridge listens: a loop");
        }
        else if (Bouncing.Stops(draft, Link, facts, Conversation) is { } bouncing)
        {
            Say(Verdict.LoopStopped, bouncing, "it goes back and forth: a loop with another bridge");
        }
        else
        {
            Carry();
        }
    }

    /// <summary>Both ends of a portal have one name.</summary>
    private string Conversation => Config.Portal is null ? ""
        : side.Side == 1 ? Link.Canonical(Inbound.Address).Full
        : draft.PortalAt(Inbound.Address)?.Key ?? "";

    /// <summary>What people said, as against what refers to it: only that is asked whether it may pass.</summary>
    private bool IsSaid => Inbound.Event is MessagePosted or MessageEdited or DataReported;

    private string? NotOfItsKind() => Inbound.Event switch
    {
        MessagePosted or DataReported or MessageEdited or ReactionChanged => null,
        MessageDeleted when target.IsReaction || Config.Deletes == DeletePolicy.Everywhere => null,
        MessageDeleted => "it does not carry deletes (deletes: everywhere would)",
        ReceiptReported { Read: true } => Config.Receipts ? null : "it does not carry receipts",
        TypingChanged => Config.Typing ? null : "it does not carry typing notices",
        ConversationChanged => Config.Portal is not null && side.Side == 1 ? null : "only the far side of a portal names it",
        _ => "a link does not carry events of this kind",
    };

    private string? NotFromHim()
    {
        if (!Config.IncludeBots && (Inbound.Sender?.IsBot == true || Inbound.Event is MessagePosted { Manner: MessageManner.Notice }))
        {
            return "it is a bot's (include_bots would carry it)";
        }

        return Link.By is not { } by || Inbound.Sender is null || IsOwnConversation() || by.Contains(Link.People.Who(Inbound.Address.Endpoint, Inbound.Sender)?.Id ?? "")
            ? null
            : "its sender may not send through this link (by)";
    }

    /// <summary>Whoever the address itself names may always speak there: the plumber at his own number.</summary>
    private bool IsOwnConversation() =>
        People.Canonical(Inbound.Address).Rest == People.Canonical(Inbound.Address with { Rest = Inbound.Sender!.Value }).Rest;

    /// <summary>What was said before the portal or the link was made. Of this nobody is told what became.</summary>
    public void TakeHistory()
    {
        if (Inbound.Event is not MessagePosted || NotFromHim() is not null || (Config.When is { } when && !when.IsTrue(Scope(), _trace)))
        {
            return;
        }

        var targets = Config.Portal is null ? Others() : AtPortal(out _);
        foreach (var to in targets)
        {
            draft.Owe(new PlannedDelivery(ContentTo(to) with { IsLinked = false }, "history"));
        }

        if (targets.Count > 0)
        {
            Say(Verdict.Sent, Config.Portal is null ? "said before the link was made" : "said before the portal was made");
        }
    }

    private void Carry()
    {
        var waits = Link.Beginning is { } beginning && draft.Find<Begun>(beginning) is { Due: not null } ? beginning : (MemoryKey?)null;
        var targets = Config.Portal is null ? Others() : AtPortal(out waits);
        var fresh = targets.Where(to => draft.MayTell(to, Rendering.Forward)).ToList();
        foreach (var to in fresh)
        {
            if (waits is { } behind)
            {
                Portals.Hold(draft, behind, new AwaitsHistory(facts.Arrival, ContentTo(to)));
            }
            else
            {
                draft.Owe(new PlannedDelivery(ContentTo(to), "linked"));
            }
        }

        if (targets.Count > 0)
        {
            Say(
                waits is null ? Verdict.Sent : Verdict.HeldForHistory,
                waits is not null ? "linked, behind what was said there before" : fresh.Count == 0 ? "everyone gets it already" : fresh.Count == 1 ? "linked" : $"linked, to {fresh.Count}");
        }
    }

    private List<Address> Others() => [.. Config.Between.Select(other => other.Address).Where(other => other != Inbound.Address)];

    private List<Address> AtPortal(out MemoryKey? waits)
    {
        if (Portals.TargetOf(draft, side, facts, Scope(), out waits, out var why) is { } to)
        {
            return [to];
        }

        Say(Verdict.NotMatched, why);
        return [];
    }

    private DeliveryContent ContentTo(Address to) => new()
    {
        To = to,
        Route = Link.Id,
        Severity = Inbound.Severity ?? Severity.Notice,
        Expires = Earliest(Inbound.Expires, draft.Now + Config.Expiry, Inbound.Event is ReceiptReported ? draft.Now + s_receiptLife : null),
        RetryUntil = draft.Now + Config.Retry.For,
        RetryUncertain = Config.Retry.Uncertain,
        Source = Inbound.Address,
        Sender = Inbound.Sender,
        OccurredAt = facts.OccurredAt,
        Hops = Inbound.Hops + 1,
        SenderHere = Link.People.Who(Inbound.Address.Endpoint, Inbound.Sender) is { } person ? People.NameOn(person, to.Endpoint) : null,
        Label = Config.Label is { } label && Inbound.Sender is not null ? label.Render(Scope(), _trace) : null,
        MaxMedia = Config.MaxMedia,
        IsLinked = !OutcomeLine.Is(Inbound.Event),
    };

    private RoutingScope Scope() => new(facts, draft.Now, draft.Zone) { Route = Link.Id, Severity = Inbound.Severity ?? Severity.Notice };

    private void Say(Verdict verdict, string because, string? problem = null) => draft.Say(Link.Id, verdict, because, _trace.Notes, problem);

    private static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> times)
    {
        DateTimeOffset? first = null;
        foreach (var time in times)
        {
            first = first is null || time < first ? time ?? first : first;
        }

        return first;
    }
}
