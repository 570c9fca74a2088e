using System.Globalization;

namespace Bridge.Core.Routing;

/// <summary>Durations and times as they stand in reasons.</summary>
internal static class Words
{
    /// <summary><c>1d 2h</c>, <c>5m</c>, <c>3s</c>: the two largest units.</summary>
    public static string Of(TimeSpan time)
    {
        (long Value, string Unit)[] parts =
            [((long)time.TotalDays, "d"), (time.Hours, "h"), (time.Minutes, "m"), (time.Seconds, "s")];
        var words = parts.SkipWhile(part => part.Value == 0).Take(2).Where(part => part.Value != 0).Select(part => $"{part.Value}{part.Unit}").ToList();
        return words.Count == 0 ? $"{time.TotalMilliseconds:0}ms" : string.Join(' ', words);
    }

    /// <summary>Local time; with the day when it is another one than today.</summary>
    public static string Of(DateTimeOffset time, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var format = local.Date == TimeZoneInfo.ConvertTime(now, zone).Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }
}
