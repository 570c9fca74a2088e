using Bridge.Abstractions;
using Bridge.Core.Expressions;

namespace Bridge.Core.Routing;

/// <summary>One route's turn with one arrival: the steps in the order in which the language page gives them a meaning.</summary>
internal sealed class Turn(Draft draft, CompiledRoute route, ArrivalFacts facts)
{
    /// <summary>An event that has passed this many bridges goes no further.</summary>
    public const int MaxHops = 4;

    public Draft Draft { get; } = draft;

    public CompiledRoute Route { get; } = route;

    public ArrivalFacts Facts { get; } = facts;

    public Trace Trace { get; } = new();

    /// <summary>Says what became of it. True when <c>when</c> matched.</summary>
    public bool Take()
    {
        if (Route.IsRetired)
        {
            KeyedStates.EndRetired(this);
            return false;
        }

        if (Facts.Inbound.Hops >= MaxHops)
        {
            Say(Verdict.LoopStopped, $"it has passed {Facts.Inbound.Hops} bridges; {MaxHops} is the bound", "it has passed too many bridges");
            return false;
        }

        if (!Takes(Facts.Inbound.Event))
        {
            Say(Verdict.NotMatched, "a route with text or payload takes messages and data only, and no route takes receipts or typing");
            return false;
        }

        var result = Judge();
        switch (result)
        {
            case MatchResult.Matched:
                Match();
                break;
            case MatchResult.Ended:
                KeyedStates.End(this);
                break;
            default:
                Miss();
                break;
        }

        return result == MatchResult.Matched;
    }

    /// <param name="problem">See <see cref="RouteVerdict.Problem"/>.</param>
    /// <param name="unbuilt">See <see cref="RouteVerdict.Unbuilt"/>.</param>
    public void Say(Verdict verdict, string because, string? problem = null, int unbuilt = 0) =>
        Draft.Say(Route.Id, verdict, because, Trace.Notes, problem, unbuilt);

    public MemoryKey KeyOf(string kind, string key) => new(Route.Id, kind, key);

    public RoutingScope Scope(AlertFacts? alert = null) =>
        new(Facts, Draft.Now, Draft.Zone) { Route = Route.Id, Severity = Facts.Inbound.Severity ?? Route.Config.Severity, Alert = alert };

    public MatchResult Judge()
    {
        var scope = Scope();
        if (Route.Config.When is not { } when || when.IsTrue(scope, Trace))
        {
            return MatchResult.Matched;
        }

        // A miss is explained by what is false in 'when': 'until' is false most of the time.
        var falsified = Trace.Falsified;
        var ended = Route.Config.Until is { } until && until.IsTrue(scope, Trace);
        Trace.Falsified = falsified;
        return ended ? MatchResult.Ended : MatchResult.None;
    }

    private bool Takes(BridgeEvent content) => content switch
    {
        MessagePosted or DataReported => true,
        MessageEdited or MessageDeleted or ReactionChanged => Route.IsForward,
        _ => false,
    };

    private void Miss()
    {
        var falsified = Trace.Falsified;
        KeyedStates.Break(this);
        Retention.Note(this, MatchResult.None, "", "");
        Say(Verdict.NotMatched, falsified is null ? "when is false" : $"when is false: {falsified}");
    }

    private void Match()
    {
        if (Silences.Find(Draft, Route.Id) is { } silenced)
        {
            Say(Verdict.Silenced, Silences.Because(Draft, silenced));
            return;
        }

        var rendering = Rendering.Of(this);
        if (!Retention.Admits(this, MatchResult.Matched, rendering.Key, rendering.Fingerprint, out var kept))
        {
            Say(Verdict.Baseline, kept);
        }
        else if (EventTime.IsTooOld(this, out var age))
        {
            Say(Verdict.TooOld, age);
        }
        else if (rendering.Problem is { } problem)
        {
            Say(Verdict.Invalid, problem, problem);
        }
        else
        {
            KeyedStates.Match(this, rendering);
        }
    }
}
