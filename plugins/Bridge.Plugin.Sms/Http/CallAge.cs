using System.Globalization;

namespace Bridge.Plugin.Sms.Http;

/// <summary>Whether a signed call was signed just now. Pure.</summary>
internal static class CallAge
{
    /// <summary>A call older than this may be a recorded one; so may one from the future.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <param name="timestamp">Seconds since 1970, as it was signed; or milliseconds, as some write.</param>
    /// <param name="now">By our clock.</param>
    public static bool IsFresh(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && IsFresh(number < 100_000_000_000 ? number : number / 1_000, now);

    /// <summary>As the other.</summary>
    public static bool IsFresh(long seconds, DateTimeOffset now) =>
        seconds is > 0 and < 100_000_000_000 && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= Most.TotalSeconds;
}
