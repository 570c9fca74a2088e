using System.Globalization;
using Bridge.Core.Expressions;

namespace Bridge.Core.Routing;

/// <summary>When an event happened, as the rule reads it, and whether that is too long ago.</summary>
internal static class EventTime
{
    // The year 5138 in seconds; 1973 in milliseconds. Whatever is above is milliseconds.
    private const double MaxSeconds = 100_000_000_000;
    private const double MaxMilliseconds = 253_402_300_799_999;

    public static bool IsTooOld(Turn turn, out string because)
    {
        var now = turn.Draft.Now;
        if (turn.Facts.Inbound.Expires is { } expires && expires <= now)
        {
            because = $"its own expiry passed {Words.Of(now - expires)} ago";
            return true;
        }

        var at = Of(turn);
        if (turn.Route.Config.MaxAge is { } maxAge && now - at > maxAge)
        {
            because = $"it is {Words.Of(now - at)} old; max_age is {Words.Of(maxAge)}";
            return true;
        }

        because = "";
        return false;
    }

    /// <summary>By the route's <c>at</c>, else by the network, else when it came.</summary>
    public static DateTimeOffset Of(Turn turn)
    {
        if (turn.Route.Config.At is not { } at)
        {
            return turn.Facts.OccurredAt;
        }

        return Read(at.Evaluate(turn.Scope(), turn.Trace), turn.Draft.Zone) ?? turn.Facts.OccurredAt;
    }

    internal static DateTimeOffset? Read(Value value, TimeZoneInfo zone) => value.Kind switch
    {
        ValueKind.Time => value.Time,
        ValueKind.Number => FromUnix(value.Number),
        ValueKind.String when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => FromUnix(number),
        ValueKind.String => FromIso(value.Text, zone),
        _ => null,
    };

    private static DateTimeOffset? FromUnix(double number)
    {
        var milliseconds = number < MaxSeconds ? number * 1000 : number;
        return milliseconds is >= 0 and <= MaxMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;
    }

    private static DateTimeOffset? FromIso(string text, TimeZoneInfo zone)
    {
        // Only what begins with a year: anything less would be completed from the machine's own clock.
        var hasDate = text.Length is > 7 and <= 40 && text[4] == '-' && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0;
        if (!hasDate || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
        {
            return null;
        }

        if (time.Kind != DateTimeKind.Unspecified)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact : null;
        }

        // A local time that the clocks skipped is read as if they had not yet moved.
        var offset = zone.IsInvalidTime(time) ? zone.BaseUtcOffset : zone.GetUtcOffset(time);
        var utc = time.Ticks - offset.Ticks;
        return utc >= 0 && utc <= DateTime.MaxValue.Ticks ? new DateTimeOffset(utc, TimeSpan.Zero) : null;
    }
}
