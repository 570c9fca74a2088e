using System.Globalization;
using System.Text.RegularExpressions;
using Bridge.Abstractions;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads the typed values that the language writes as text. YAML's own types play no part: <c>no</c> and <c>22:30</c> are texts.</summary>
internal static partial class TextValues
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36_500);

    /// <summary><c>30s</c>, <c>1h30m</c>, <c>500ms</c>, <c>0</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        decimal milliseconds = 0;
        var read = 0;
        foreach (var part in DurationPart().EnumerateMatches(text))
        {
            var written = text.AsSpan(part.Index, part.Length);
            var unit = written.IndexOfAnyInRange('a', 'z');
            if (part.Index != read || !decimal.TryParse(written[..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            read += part.Length;
            milliseconds += number * MillisecondsOf(written[unit..]);
        }

        if (read == 0 || read != text.Length || milliseconds > (decimal)s_longest.TotalMilliseconds)
        {
            return false;
        }

        value = TimeSpan.FromMilliseconds((double)milliseconds);
        return true;
    }

    /// <summary>The shortest spelling that <see cref="TryDuration"/> reads back.</summary>
    public static string Show(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0";
        }

        ReadOnlySpan<(string Unit, long Milliseconds)> units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
        var rest = (long)value.TotalMilliseconds;
        var text = "";
        foreach (var (unit, milliseconds) in units)
        {
            text += rest >= milliseconds ? $"{rest / milliseconds}{unit}" : "";
            rest %= milliseconds;
        }

        return text;
    }

    /// <summary>Decimal: <c>2MB</c> is 2,000,000 bytes. A bare number is bytes.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        var match = SizePattern().Match(text);
        if (!match.Success || !decimal.TryParse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var unit = match.Groups["unit"].Value.ToUpperInvariant() switch { "KB" => 1e3m, "MB" => 1e6m, "GB" => 1e9m, "TB" => 1e12m, _ => 1m };
        var size = Math.Min(number, 1e15m) * unit;
        bytes = size > long.MaxValue ? 0 : (long)size;
        return size <= long.MaxValue && size == bytes;
    }

    /// <summary><c>6/min</c>, <c>3/10m</c>, <c>3 per 10m</c>.</summary>
    public static bool TryRate(string text, out Rate value)
    {
        value = new Rate(1, TimeSpan.FromSeconds(1));
        var match = RatePattern().Match(text);
        if (!match.Success || !int.TryParse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            return false;
        }

        var per = match.Groups["per"].Value switch
        {
            "s" or "sec" or "second" => TimeSpan.FromSeconds(1),
            "m" or "min" or "minute" => TimeSpan.FromMinutes(1),
            "h" or "hour" => TimeSpan.FromHours(1),
            "d" or "day" => TimeSpan.FromDays(1),
            var other => TryDuration(other, out var written) ? written : TimeSpan.Zero,
        };
        value = new Rate(count, per);
        return per > TimeSpan.Zero;
    }

    /// <summary>A spelling that <see cref="TryRate"/> reads back.</summary>
    public static string Show(Rate value) => $"{value.Count}/{Show(value.Per)}";

    /// <summary><c>true</c> and <c>false</c> only: <c>yes</c> and <c>on</c> mean different things to different YAML readers.</summary>
    public static bool TryFlag(string text, out bool value)
    {
        value = text is "true" or "True";
        return value || text is "false" or "False";
    }

    public static bool TryName(string text) => NamePattern().IsMatch(text);

    private static decimal MillisecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 7 * 86_400_000m,
    };

    [GeneratedRegex(@"[0-9]{1,12}(\.[0-9]{1,6})?(ms|[smhdw])", RegexOptions.ExplicitCapture)]
    private static partial Regex DurationPart();

    [GeneratedRegex(@"^(?<number>[0-9]{1,15}(\.[0-9]{1,6})?)\s?(?<unit>B|kB|KB|MB|GB|TB)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^(?<count>[0-9]{1,9})\s*(/|per)\s*(?<per>[a-z0-9]{1,20})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RatePattern();

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}$")]
    private static partial Regex NamePattern();
}
