using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>
/// Same route, same key: silent for a time. It starts with the first successful delivery; until then the pending deliveries hold it, and it is
/// lifted when all of them fail.
/// </summary>
internal static class Cooldowns
{
    /// <summary>The sentence why it is silent now; null when it is not.</summary>
    public static string? Holds(Draft draft, CompiledRoute route, string key)
    {
        if (route.Cooldown is not { } cooldown || draft.Find<CoolingDown>(KeyOf(route.Id, key)) is not { } cooling || cooling.Forget <= draft.Now)
        {
            return null;
        }

        return cooling.Started is { } started
            ? $"a cooldown of {Words.Of(cooldown.Every)} holds until {Words.Of(started + cooling.Every, draft.Now, draft.Zone)}"
            : $"an earlier delivery is still pending, and holds the cooldown of {Words.Of(cooldown.Every)}";
    }

    /// <summary>The holds that the deliveries of this notice carry, one each; empty when the route has no cooldown.</summary>
    public static IReadOnlyList<string> Begin(Draft draft, CompiledRoute route, string key, int deliveries, DateTimeOffset retryUntil)
    {
        if (route.Cooldown is not { } cooldown)
        {
            return [];
        }

        var at = KeyOf(route.Id, key);
        var earlier = draft.Find<CoolingDown>(at);
        if (earlier is null && !draft.HasRoom(route.Id, MemoryKinds.Cooldown, Draft.MemoryCap))
        {
            return [];
        }

        var round = Math.Max(draft.Now.UtcTicks, (earlier?.Round ?? 0) + 1);
        var pending = EquatableArray.From(Enumerable.Range(0, deliveries));
        draft.Remember(at, new CoolingDown(round, cooldown.Every, pending, Started: null, Forget: retryUntil));
        return [.. pending.Select(number => string.Create(CultureInfo.InvariantCulture, $"{round:x}.{number}/{key}"))];
    }

    /// <summary>
    /// Hears what became of a delivery; hearing it twice changes nothing. It may be heard again and otherwise: what a network took it may report as failed, and
    /// what seemed lost as delivered.
    /// </summary>
    public static void Settle(Draft draft, RoutingInput.Settled settled)
    {
        if (!TryRead(settled.Hold, out var round, out var number, out var key))
        {
            return;
        }

        var at = KeyOf(settled.Route, key);
        if (draft.Find<CoolingDown>(at) is not { } cooling)
        {
            BeginLate(draft, settled, at, round, number);
        }
        else if (cooling.Round == round)
        {
            Settle(draft, settled.Delivered, at, cooling, number);
        }
    }

    private static void Settle(Draft draft, bool delivered, MemoryKey at, CoolingDown cooling, int number)
    {
        var pending = EquatableArray.From(cooling.Pending.Where(other => other != number));
        var succeeded = EquatableArray.From(cooling.Succeeded.Where(other => other != number).Concat(delivered ? [number] : []).Order());
        if (pending.Count + succeeded.Count == 0)
        {
            draft.Forget(at);
            return;
        }

        DateTimeOffset? started = succeeded.Count == 0 ? null : cooling.Started ?? draft.Now;
        var after = cooling with { Started = started, Pending = pending, Succeeded = succeeded, Forget = started + cooling.Every ?? cooling.Forget };
        if (after != cooling)
        {
            draft.Remember(at, after);
        }
    }

    /// <summary>All of its round had failed, or so it seemed.</summary>
    private static void BeginLate(Draft draft, RoutingInput.Settled settled, MemoryKey at, long round, int number)
    {
        if (settled.Delivered && draft.Table.Find(settled.Route)?.Cooldown is { } cooldown && draft.HasRoom(settled.Route, MemoryKinds.Cooldown, Draft.MemoryCap))
        {
            draft.Remember(at, new CoolingDown(round, cooldown.Every, [], draft.Now, draft.Now + cooldown.Every) { Succeeded = [number] });
        }
    }

    private static bool TryRead(string hold, out long round, out int number, out string key)
    {
        (round, number) = (0, 0);
        var slash = hold.IndexOf('/', StringComparison.Ordinal);
        var dot = hold.IndexOf('.', StringComparison.Ordinal);
        key = hold[(slash + 1)..];
        return dot > 0
            && slash > dot
            && long.TryParse(hold.AsSpan(0, dot), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out round)
            && int.TryParse(hold.AsSpan((dot + 1)..slash), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static MemoryKey KeyOf(string route, string key) => new(route, MemoryKinds.Cooldown, key);
}
