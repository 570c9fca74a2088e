
namespace Bridge.Core.Routing;

/// <summary>
/// <c>until</c> and <c>for</c>. A keyed state begins when <c>when</c> becomes true for its key (and has held for <c>for</c>), speaks once, and ends with
/// <c>until</c>, when everyone who was told is told again. What is neither leaves it as it is: a missing value never ends a state.
/// </summary>
internal static class KeyedStates
{
    /// <summary><c>when</c> is true.</summary>
    public static void Match(Turn turn, Rendering rendering)
    {
        var config = turn.Route.Config;
        if (config.Until is not null && turn.Draft.Find<Open>(turn.KeyOf(MemoryKinds.Open, rendering.Key)) is { } open)
        {
            turn.Say(Verdict.Unchanged, $"it is already so since {Words.Of(open.Since, turn.Draft.Now, turn.Draft.Zone)}");
            return;
        }

        var notice = Destinations.Address(turn, rendering, out var problems);
        var unbuilt = problems.Count;
        var problem = unbuilt == 0 ? null : $"{unbuilt} of {turn.Route.Destinations.Count} destinations could not be built";
        if (notice is null)
        {
            turn.Say(Verdict.Invalid, string.Join("; ", problems), problem, unbuilt);
            return;
        }

        if (config.For is { } hold)
        {
            Debounce(turn, notice, hold, problem, unbuilt);
            return;
        }

        var because = config.When is null ? "it came from where the route listens" : "when is true";
        var spoken = Begin(turn.Draft, turn.Route, notice, unbuilt == 0 ? because : string.Join("; ", problems.Prepend(because)));
        turn.Say(spoken.Verdict, spoken.Because, problem ?? spoken.Problem, unbuilt);
    }

    /// <summary><c>until</c> is true and <c>when</c> is not.</summary>
    public static void End(Turn turn)
    {
        Break(turn);
        var key = Rendering.KeyOf(turn);
        var at = turn.KeyOf(MemoryKinds.Open, key);
        if (!Retention.Admits(turn, MatchResult.Ended, key, "", out var kept))
        {
            turn.Say(Verdict.Baseline, kept);
        }
        else if (turn.Draft.Find<Open>(at) is not { } open)
        {
            turn.Say(Verdict.Unchanged, "until is true, and nothing was open");
        }
        else if (open.Rule == turn.Route.Rule)
        {
            Resolve(turn, at, key, open);
        }
        else
        {
            turn.Say(Verdict.Unchanged, "until is true, but what is open ends by the rule it began with");
        }
    }

    /// <summary>Lets a state end by the rule it began with, when the configuration has that rule no more.</summary>
    public static void EndRetired(Turn turn)
    {
        var key = Rendering.KeyOf(turn);
        var at = turn.KeyOf(MemoryKinds.Open, key);
        if (turn.Draft.Find<Open>(at) is { } open && open.Rule == turn.Route.Rule && turn.Judge() == MatchResult.Ended)
        {
            Resolve(turn, at, key, open);
        }
    }

    /// <summary><c>when</c> is false: a wait ends, and what has fired may fire again.</summary>
    public static void Break(Turn turn)
    {
        if (turn.Route.Config.For is not null)
        {
            turn.Draft.Forget(turn.KeyOf(MemoryKinds.Debounce, Rendering.KeyOf(turn)));
        }
    }

    /// <summary>A wait is over.</summary>
    public static void Wake(Draft draft, CompiledRoute route, MemoryKey at)
    {
        if (draft.Find<Debounced>(at) is not { Notice: { } notice, Due: { } due } waiting || due > draft.Now)
        {
            return;
        }

        if (route.Config.Until is null)
        {
            draft.Remember(at, waiting with { Notice = null, Due = null });
        }
        else
        {
            draft.Forget(at);
        }

        var spoken = Begin(draft, route, notice, $"when has been true for {Words.Of(draft.Now - waiting.Since)}", waiting.Since);
        draft.Say(route.Id, spoken.Verdict, spoken.Because, problem: spoken.Problem);
    }

    private static void Debounce(Turn turn, Notice notice, TimeSpan hold, string? problem, int unbuilt)
    {
        var at = turn.KeyOf(MemoryKinds.Debounce, notice.Key);
        var waiting = turn.Draft.Find<Debounced>(at);
        if (waiting is { Notice: null })
        {
            turn.Say(Verdict.Unchanged, $"it has been so since {Words.Of(waiting.Since, turn.Draft.Now, turn.Draft.Zone)}, and was said");
            return;
        }

        if (waiting is null && !turn.Draft.HasRoom(turn.Route.Id, MemoryKinds.Debounce, Draft.KeyCap))
        {
            turn.Say(Verdict.Limited, $"the route already waits for {Draft.KeyCap} keys, and cannot wait for one more");
            return;
        }

        // The latest values are said, the first moment counts.
        var since = waiting?.Since ?? turn.Draft.Now;
        var content = notice.Content ?? turn.Facts.Inbound.Event;
        turn.Draft.Remember(at, new Debounced(since, notice with { Content = content }, since + hold));
        turn.Say(Verdict.Waiting, $"when must be true for {Words.Of(hold)}; that is so at {Words.Of(since + hold, turn.Draft.Now, turn.Draft.Zone)}", problem, unbuilt);
    }

    private static Spoken Begin(Draft draft, CompiledRoute route, Notice notice, string because, DateTimeOffset? since = null)
    {
        var spoken = Speech.Speak(draft, route, notice, because);
        var begins = spoken.Verdict is Verdict.Sent or Verdict.CooledDown or Verdict.Limited;
        if (begins && route.Config.Until is not null && draft.HasRoom(route.Id, MemoryKinds.Open, Draft.KeyCap))
        {
            draft.Remember(
                new MemoryKey(route.Id, MemoryKinds.Open, notice.Key), new Open(since ?? draft.Now, route.Rule, notice.Severity, spoken.Told));
        }

        return spoken;
    }

    private static void Resolve(Turn turn, MemoryKey at, string key, Open open)
    {
        turn.Draft.Forget(at);
        var age = Words.Of(turn.Draft.Now - open.Since);
        var text = turn.Route.Config.Resolved?.Render(turn.Scope(new AlertFacts(key, open.Since)), turn.Trace) ?? "";
        if (text.Length == 0 || open.Told.Count == 0)
        {
            var why = open.Told.Count == 0 ? "nobody was told of it" : "the route says nothing then";
            turn.Say(Verdict.Resolved, $"until is true after {age}; {why}");
            return;
        }

        var notice = Rendering.OfText(turn, key, text) with { Targets = open.Told, Severity = open.Severity };
        var spoken = Speech.Speak(turn.Draft, turn.Route, notice, $"until is true after {age}", holdsCooldown: false);
        turn.Say(spoken.Verdict == Verdict.Sent ? Verdict.Resolved : spoken.Verdict, spoken.Because, spoken.Problem);
    }
}
