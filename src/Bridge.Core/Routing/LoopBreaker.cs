using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>
/// Stops a route that repeats itself. Where the network carries hops, their bound ends a loop after a few rounds. Where it does not, a loop shows as
/// one route saying the very same of the same place again and again, to where Bridge itself listens, faster than people or devices do. Many places that
/// say the same are no loop: a house whose devices are all online again.
/// </summary>
internal static class LoopBreaker
{
    public const int Bound = 100;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>The sentence why it is stopped; null when it is not. Counts.</summary>
    public static string? Stops(Draft draft, CompiledRoute route, Notice notice)
    {
        var mayCome = notice.Hops > 1 || notice.Targets.Any(target => draft.Table.ListensTo(target.To));
        if (!mayCome)
        {
            return null;
        }

        return Count(draft, new MemoryKey(route.Id, MemoryKinds.Repeats, $"{notice.Fingerprint}/{notice.Source?.Full}/{notice.Key}"));
    }

    /// <summary>The same of a link, whose both sides are listened to. Only words are compared: pictures without any are no loop.</summary>
    public static string? Stops(Draft draft, CompiledLink link, ArrivalFacts facts) =>
        facts.Inbound.Event is DataReported or MessagePosted && (facts.Inbound.Event is DataReported || facts.Text.Length > 0)
            ? Count(draft, new MemoryKey(link.Id, MemoryKinds.Repeats, $"{facts.Fingerprint}/{facts.Inbound.Address.Full}"))
            : null;

    private static string? Count(Draft draft, MemoryKey at)
    {
        var repeats = draft.Find<Repeats>(at);
        if (repeats is null || repeats.Forget <= draft.Now)
        {
            if (repeats is not null || draft.HasRoom(at.Route, MemoryKinds.Repeats, Draft.MemoryCap))
            {
                draft.Remember(at, new Repeats(1, draft.Now, draft.Now + Window));
            }

            return null;
        }

        // A stopped loop must be quiet for a whole window before it may speak again.
        var stopped = repeats.Count >= Bound;
        draft.Remember(at, stopped ? repeats with { Forget = draft.Now + Window } : repeats with { Count = repeats.Count + 1 });
        return stopped
            ? $"it said the same {Bound} times within {Words.Of(Window)} to where Bridge listens: a loop; it stays silent until {Words.Of(Window)} have passed without it"
            : null;
    }
}
