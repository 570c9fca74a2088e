using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Routing;

/// <summary>
/// What a retained event means. A broker replays retained states at every subscription, so a replay says nothing new unless it differs from what
/// this route last saw on that topic: in match result, key or rendered text. Live events keep the comparison up to date.
/// </summary>
internal static class Retention
{
    // Memory of a topic that is heard at all is renewed long before it is forgotten, and not at every event.
    private static readonly TimeSpan s_keep = TimeSpan.FromDays(400);
    private static readonly TimeSpan s_renew = TimeSpan.FromDays(200);

    /// <summary>False when the event is a replay that must stay silent; says why.</summary>
    public static bool Admits(Turn turn, MatchResult result, string key, string text, out string because)
    {
        because = "";
        if (turn.Facts.Inbound.Event is not DataReported data)
        {
            return true;
        }

        if (data.Retained && turn.Route.Config.Retained == RetainedMode.Ignore)
        {
            because = "it is retained, and the route ignores retained events";
            return false;
        }

        if (turn.Route.Config.Retained != RetainedMode.Changed)
        {
            return true;
        }

        var known = Note(turn, result, key, text);
        if (!data.Retained || (known is not null && !IsSame(known, result, key, text)))
        {
            return true;
        }

        because = known is null
            ? "it is the first state ever seen of this topic, and retained: a baseline"
            : "it is retained and equals the last known state of this topic";
        return false;
    }

    /// <summary>Remembers the state of the event's topic; returns what was known before.</summary>
    public static Known? Note(Turn turn, MatchResult result, string key, string text)
    {
        if (turn.Facts.Inbound.Event is not DataReported data || turn.Route.Config.Retained != RetainedMode.Changed)
        {
            return null;
        }

        var at = turn.KeyOf(MemoryKinds.Known, turn.Facts.Inbound.Address.Full);
        var known = turn.Draft.Find<Known>(at);
        var baseline = data.Retained && (known is null || (known.Baseline && IsSame(known, result, key, text)));
        var fresh = known is not null && known.Baseline == baseline && IsSame(known, result, key, text) && known.Forget > turn.Draft.Now + s_renew;
        if (!fresh && (known is not null || turn.Draft.HasRoom(turn.Route.Id, MemoryKinds.Known, Draft.MemoryCap)))
        {
            turn.Draft.Remember(at, new Known(result, key, text, baseline, turn.Draft.Now + s_keep));
        }

        return known;
    }

    private static bool IsSame(Known known, MatchResult result, string key, string text) =>
        known.Result == result && known.Key == key && known.Text == text;
}
