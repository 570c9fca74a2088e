using Bridge.Abstractions;
using Bridge.Core.Delivery;

namespace Bridge.Core.Routing;

/// <summary>What happened to a notice on its way to being owed.</summary>
/// <param name="Verdict">Sent, or what held it back.</param>
/// <param name="Because">Why.</param>
/// <param name="Told">Who is owed it.</param>
internal sealed record Spoken(Verdict Verdict, string Because, EquatableArray<Target> Told)
{
    /// <inheritdoc cref="RouteVerdict.Problem"/>
    public string? Problem => Verdict == Verdict.LoopStopped ? "it repeats itself to where Bridge listens: a loop" : null;
}

/// <summary>The way from a notice to deliveries: cooldown, loop breaker, limit.</summary>
internal static class Speech
{
    /// <param name="because">Why the route speaks, for a person.</param>
    /// <param name="holdsCooldown">False for what ends a state: it obeys a cooldown and starts none.</param>
    public static Spoken Speak(Draft draft, CompiledRoute route, Notice notice, string because, bool holdsCooldown = true)
    {
        if (Cooldowns.Holds(draft, route, notice.CooldownKey) is { } cooled)
        {
            return new Spoken(Verdict.CooledDown, cooled, default);
        }

        if (LoopBreaker.Stops(draft, route, notice) is { } looping)
        {
            return new Spoken(Verdict.LoopStopped, looping, default);
        }

        if (StormBrake.Brakes(draft, route, notice) is { } limited)
        {
            return new Spoken(Verdict.Limited, limited, default);
        }

        var fresh = notice.Targets is [var only] ? draft.MayTell(only.To, notice.Fingerprint) ? notice.Targets : default
            : EquatableArray.From(notice.Targets.Where(target => draft.MayTell(target.To, notice.Fingerprint)));
        if (fresh.Count == 0)
        {
            return new Spoken(Verdict.Sent, $"{because}; another route already tells everyone the same", notice.Targets);
        }

        var holds = holdsCooldown ? Cooldowns.Begin(draft, route, notice.CooldownKey, fresh.Count, draft.Now + route.Config.Retry.For) : [];
        for (var index = 0; index < fresh.Count; index++)
        {
            draft.Owe(new PlannedDelivery(ContentOf(draft, route, notice, fresh[index], holds.Count == 0 ? null : holds[index]), because));
        }

        return new Spoken(Verdict.Sent, because, notice.Targets);
    }

    /// <summary>Without cooldown, breaker and limit: for Bridge's own lines.</summary>
    public static void Owe(Draft draft, CompiledRoute route, Notice notice, string because)
    {
        foreach (var target in notice.Targets)
        {
            draft.Owe(new PlannedDelivery(ContentOf(draft, route, notice, target, hold: null), because));
        }
    }

    private static DeliveryContent ContentOf(Draft draft, CompiledRoute route, Notice notice, Target target, string? hold) => new()
    {
        To = target.To,
        Route = route.Id,
        Content = notice.Content,
        Severity = notice.Severity,
        Options = target.Options,
        Expires = Earlier(notice.Expires, draft.Now + (target.Expiry ?? route.Config.Expiry)),
        RetryUntil = draft.Now + route.Config.Retry.For,
        RetryUncertain = route.Config.Retry.Uncertain,
        Hold = hold,
        Source = notice.Source,
        Sender = notice.Sender,
        OccurredAt = notice.OccurredAt,
        Hops = notice.Hops,
    };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}
