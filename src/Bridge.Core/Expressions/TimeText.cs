using System.Globalization;

namespace Bridge.Core.Expressions;

/// <summary>Times as text and back. A text without a zone is local time in the given one.</summary>
internal static class TimeText
{
    // Unix seconds stay below this until the year 5138, Unix milliseconds are above it since 1973.
    private const double FirstMilliseconds = 100_000_000_000;
    private const double LastMilliseconds = 253_402_300_799_999;

    public static string Iso(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = Local(time, zone);
        return local.Millisecond == 0 ? local.ToString("yyyy-MM-dd'T'HH:mm:sszzz") : local.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz");
    }

    public static string Format(DateTimeOffset time, TimeZoneInfo zone, string format) => format switch
    {
        "unix" => time.ToUnixTimeSeconds().ToString(),
        "iso" => Iso(time, zone),
        _ => Local(time, zone).ToString(format.Length == 1 ? "%" + format : format, CultureInfo.InvariantCulture),
    };

    /// <summary>Whether <see cref="Format"/> can use it.</summary>
    public static bool IsFormat(string format)
    {
        try
        {
            return format is "unix" or "iso" || (format.Length is > 0 and <= 100 && HasOnlyParts(format) && Format(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc, format).Length > 0);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // .NET prints a letter that means nothing as it stands: 'QQQ' would be a text for every time. T and Z are as in ISO 8601.
    private static bool HasOnlyParts(string format)
    {
        var quote = '\0';
        var parts = 0;
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '\\')
            {
                i++;
            }
            else if (char.IsLetter(c) && !"dfFghHKmMstyzTZ".Contains(c))
            {
                return false;
            }
            else
            {
                parts += char.IsLetter(c) ? 1 : 0;
            }
        }

        return parts > 0;
    }

    /// <summary>A time, Unix seconds or milliseconds, or ISO 8601.</summary>
    public static bool TryRead(in Value value, TimeZoneInfo zone, out DateTimeOffset time)
    {
        switch (value.Kind)
        {
            case ValueKind.Time:
                time = value.Time;
                return true;
            case ValueKind.Number:
                return TryUnix(value.Number, out time);
            case ValueKind.String:
                return TryIso(value.Text, zone, out time);
            default:
                time = default;
                return false;
        }
    }

    private static bool TryUnix(double number, out DateTimeOffset time)
    {
        var milliseconds = Math.Abs(number) < FirstMilliseconds ? number * 1000 : number;
        var valid = milliseconds is >= 0 and <= LastMilliseconds;
        time = valid ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : default;
        return valid;
    }

    private static bool TryIso(string text, TimeZoneInfo zone, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 10 or > 40 || text[4] != '-' || text[7] != '-'
            || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read))
        {
            return false;
        }

        // The framework calls it unspecified when the text names no zone.
        if (read.Kind != DateTimeKind.Unspecified)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        }

        time = InZone(read, zone);
        return true;
    }

    // A local time that the clock skips in spring counts as the time after the gap; one it shows twice in autumn as the first of the two.
    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone)
    {
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var utc = Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTimeOffset(utc, TimeSpan.Zero);
    }

    private static DateTimeOffset Local(DateTimeOffset time, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(time);
        var ticks = time.UtcTicks + offset.Ticks;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks ? time.ToOffset(offset) : time;
    }
}
