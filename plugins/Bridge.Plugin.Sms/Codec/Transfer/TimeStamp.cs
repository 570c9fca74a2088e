namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>TP-SCTS: when the SMS centre took the message, in its own zone (3GPP 23.040 section 9.2.3.11). Pure.</summary>
internal static class TimeStamp
{
    public const int Length = 7;

    private const int Negative = 0x08;
    private const int Century = 2000;
    private const int MostQuarters = 56; // no zone is further than 14 hours

    /// <summary>Null when it says no time: some SMS centres write noughts.</summary>
    public static DateTimeOffset? Decode(ReadOnlySpan<byte> octets)
    {
        Span<int> fields = stackalloc int[Length];
        for (var i = 0; i < Length; i++)
        {
            var low = octets[i] & (i == Length - 1 ? 0x07 : 0x0f);
            fields[i] = low > 9 || octets[i] >> 4 > 9 ? -1 : (low * 10) + (octets[i] >> 4);
        }

        var quarters = (octets[Length - 1] & Negative) == 0 ? fields[6] : -fields[6];
        var isTime = fields.IndexOf(-1) < 0 && fields[1] is >= 1 and <= 12
            && fields[2] >= 1 && fields[2] <= DateTime.DaysInMonth(Century + fields[0], fields[1])
            && fields[3] < 24 && fields[4] < 60 && fields[5] < 60 && Math.Abs(quarters) <= MostQuarters;
        return isTime
            ? new DateTimeOffset(Century + fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], TimeSpan.FromMinutes(15 * quarters))
            : null;
    }
}

/// <summary>TP-VP in its relative format (3GPP 23.040 section 9.2.3.12.1). Pure.</summary>
internal static class ValidityPeriod
{
    private static readonly TimeSpan s_halfDay = TimeSpan.FromHours(12);

    /// <summary>The shortest that is no shorter than <paramref name="left"/>; 63 weeks at most, and five minutes at least.</summary>
    public static byte Of(TimeSpan left) => left switch
    {
        _ when left <= s_halfDay => (byte)Math.Max(0, Math.Ceiling(left / TimeSpan.FromMinutes(5)) - 1),
        _ when left <= TimeSpan.FromDays(1) => (byte)(143 + Math.Ceiling((left - s_halfDay) / TimeSpan.FromMinutes(30))),
        _ when left <= TimeSpan.FromDays(30) => (byte)(166 + Math.Ceiling(left / TimeSpan.FromDays(1))),
        _ => (byte)Math.Min(255, 192 + Math.Ceiling(left / TimeSpan.FromDays(7))),
    };

    public static TimeSpan Of(byte period) => period switch
    {
        <= 143 => (period + 1) * TimeSpan.FromMinutes(5),
        <= 167 => s_halfDay + ((period - 143) * TimeSpan.FromMinutes(30)),
        <= 196 => (period - 166) * TimeSpan.FromDays(1),
        _ => (period - 192) * TimeSpan.FromDays(7),
    };
}
