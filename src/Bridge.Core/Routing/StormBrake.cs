using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>The storm brake of one route: a token bucket. What finds it empty is counted, and becomes one line when there is room again.</summary>
internal static class StormBrake
{
    // What an expression may see of a list.
    private const int MaxItems = 1_000;
    private const int MaxTargets = 100;

    /// <summary>The sentence why it is limited; null when a token was taken. Counts.</summary>
    public static string? Brakes(Draft draft, CompiledRoute route, Notice notice)
    {
        if (route.Config.Limits is not { } limits)
        {
            return null;
        }

        var at = KeyOf(route);
        var bucket = Refill(draft, at, limits.Rate);
        if (bucket.Tokens >= 1)
        {
            draft.Remember(at, bucket with { Tokens = bucket.Tokens - 1 });
            return null;
        }

        if (limits.Overflow is not null)
        {
            Wait(draft, route, notice, at, bucket, limits.Rate);
        }
        else
        {
            draft.Remember(at, bucket);
        }

        return $"the limit of {limits.Rate.Count} in {Words.Of(limits.Rate.Per)} is reached"
            + (limits.Overflow is null ? "" : "; it becomes part of the overflow line");
    }

    public static void Wake(Draft draft, CompiledRoute route, MemoryKey at)
    {
        if (draft.Find<Bucket>(at) is not { Due: { } due } || due > draft.Now)
        {
            return;
        }

        if (route.Config.Limits is not { Overflow: { } overflow } limits)
        {
            Clear(draft, route, draft.Find<Bucket>(at)!, at);
            return;
        }

        var bucket = Refill(draft, at, limits.Rate);
        if (bucket.Tokens < 1)
        {
            draft.Remember(at, bucket with { Due = RoomAt(draft, bucket, limits.Rate) });
            return;
        }

        var items = Enumerable.Range(0, Math.Min(bucket.Waiting, MaxItems)).Select(number => draft.Find<Overflowed>(ItemKey(route.Id, number))).OfType<Overflowed>();
        var scope = new OverflowScope(route, [.. items], draft.Now, draft.Zone);
        var text = overflow.Render(scope);
        Clear(draft, route, bucket with { Tokens = bucket.Tokens - 1 }, at);
        var notice = new Notice
        {
            Key = "",
            CooldownKey = "",
            Text = text,
            Content = MessagePosted.Of(text),
            Fingerprint = Fingerprint.Of(text),
            Targets = bucket.To,
            Severity = route.Config.Severity,
            OccurredAt = draft.Now,
            Hops = 1,
        };
        Speech.Owe(draft, route, notice, $"{bucket.Waiting} more found the limit of the route reached");
        draft.Say(route.Id, Verdict.Sent, $"there is room again: one line for {bucket.Waiting} events, to {bucket.To.Count}");
    }

    /// <summary>The route is gone, and its line with it: what waited for that is forgotten, and that is said.</summary>
    public static void Abandon(Draft draft, MemoryKey at)
    {
        if (draft.Find<Bucket>(at) is { Waiting: > 0 } bucket)
        {
            ForgetItems(draft, at.Route, bucket);
            draft.Say(at.Route, Verdict.Limited, "the route is gone", problem: $"{bucket.Waiting} events waited for the overflow line of a route that is gone: nobody is told of them");
        }

        draft.Forget(at);
    }

    private static void Wait(Draft draft, CompiledRoute route, Notice notice, MemoryKey at, Bucket bucket, Rate rate)
    {
        if (bucket.Waiting < MaxItems)
        {
            var topic = notice.Source?.Rest ?? "";
            draft.Remember(ItemKey(route.Id, bucket.Waiting), new Overflowed(notice.Key, notice.Text, topic, draft.Now));
        }

        var to = EquatableArray.From(bucket.To.Concat(notice.Targets).DistinctBy(target => target.To).Take(MaxTargets));
        draft.Remember(at, bucket with { Waiting = bucket.Waiting + 1, To = to, Due = bucket.Due ?? RoomAt(draft, bucket, rate) });
    }

    private static void Clear(Draft draft, CompiledRoute route, Bucket bucket, MemoryKey at)
    {
        ForgetItems(draft, route.Id, bucket);
        draft.Remember(at, bucket with { Waiting = 0, To = default, Due = null });
    }

    private static void ForgetItems(Draft draft, string route, Bucket bucket)
    {
        for (var number = 0; number < Math.Min(bucket.Waiting, MaxItems); number++)
        {
            draft.Forget(ItemKey(route, number));
        }
    }

    private static Bucket Refill(Draft draft, MemoryKey at, Rate rate)
    {
        if (draft.Find<Bucket>(at) is not { } bucket)
        {
            return new Bucket(rate.Count, draft.Now, 0, default, Due: null);
        }

        var gained = Math.Max(0, (draft.Now - bucket.At) / rate.Per) * rate.Count;
        return bucket with { Tokens = Math.Min(rate.Count, bucket.Tokens + gained), At = draft.Now };
    }

    // A tick later, so that rounding cannot leave the bucket a hair short.
    private static DateTimeOffset RoomAt(Draft draft, Bucket bucket, Rate rate) =>
        draft.Now + (rate.Per * ((1 - bucket.Tokens) / rate.Count)) + TimeSpan.FromMilliseconds(1);

    private static MemoryKey KeyOf(CompiledRoute route) => new(route.Id, MemoryKinds.Limit, "");

    private static MemoryKey ItemKey(string route, int number) =>
        new(route, MemoryKinds.Overflow, number.ToString(CultureInfo.InvariantCulture));
}
