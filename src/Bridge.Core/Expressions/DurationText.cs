using System.Buffers;
using System.Globalization;

namespace Bridge.Core.Expressions;

/// <summary>Durations as written (<c>5m</c>, <c>1h30m</c>, <c>7d</c>) and as read aloud (<c>1 h 30 min</c>).</summary>
public static class DurationText
{
    /// <summary>The units of a duration, largest first; each may stand once, in this order.</summary>
    public const string Units = "d, h, m, s, ms";

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, string Spoken, long Ticks)[] s_units =
    [
        ("d", "d", TimeSpan.TicksPerDay),
        ("h", "h", TimeSpan.TicksPerHour),
        ("m", "min", TimeSpan.TicksPerMinute),
        ("s", "s", TimeSpan.TicksPerSecond),
        ("ms", "ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Number and unit, once or more: <c>90s</c>, <c>1h30m</c>, <c>1.5h</c>. Larger units first.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var (ticks, last) = (0m, -1);
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(s_digits);
            if (digits <= 0 || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }

            text = text[digits..];
            var letters = text.IndexOfAny(s_digits) is var next and >= 0 ? next : text.Length;
            var unit = UnitOf(text[..letters]);
            if (unit <= last || count > TimeSpan.MaxValue.Days || (ticks += count * s_units[unit].Ticks) > long.MaxValue)
            {
                return false;
            }

            text = text[letters..];
            last = unit;
        }

        duration = TimeSpan.FromTicks((long)ticks);
        return last >= 0;
    }

    /// <summary>Every unit that is not zero, as written in the configuration; below a millisecond is dropped.</summary>
    public static string Compact(TimeSpan duration) => Compose(duration, s_units.Length, "", spoken: false);

    /// <summary>The two largest units from the first that is not zero, for people: <c>1 h 30 min</c>, <c>45 s</c>.</summary>
    public static string Spoken(TimeSpan duration) => Compose(duration, 2, " ", spoken: true);

    private static string Compose(TimeSpan duration, int most, string gap, bool spoken)
    {
        var rest = duration.Ticks == long.MinValue ? long.MaxValue : Math.Abs(duration.Ticks);
        var parts = new List<string>();
        var first = Array.FindIndex(s_units, u => rest >= u.Ticks);
        for (var i = first; i >= 0 && i < Math.Min(s_units.Length, first + most); i++)
        {
            if (rest / s_units[i].Ticks is var count and > 0 && !(spoken && i == s_units.Length - 1 && parts.Count > 0))
            {
                parts.Add(string.Concat(count.ToString(), gap, spoken ? s_units[i].Spoken : s_units[i].Unit));
            }

            rest %= s_units[i].Ticks;
        }

        return parts.Count == 0 ? $"0{gap}s" : string.Concat(duration < TimeSpan.Zero ? "-" : "", string.Join(gap, parts));
    }

    private static int UnitOf(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < s_units.Length; i++)
        {
            if (word.SequenceEqual(s_units[i].Unit))
            {
                return i;
            }
        }

        return -1;
    }
}
