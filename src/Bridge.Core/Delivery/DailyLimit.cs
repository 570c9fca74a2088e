using System.Globalization;

namespace Bridge.Core.Delivery;

/// <summary>Units spent on the current calendar day of a zone. Its text form is what is stored, so that a restart does not refill it.</summary>
internal sealed class DailyLimit
{
    /// <summary>Of the latest question.</summary>
    public DateOnly Day { get; private set; }

    /// <summary>Units spent on the day of the latest question.</summary>
    public int Spent { get; private set; }

    /// <summary>Null when the units may be spent now; otherwise when the next day begins.</summary>
    public DateTimeOffset? WaitFor(int units, int perDay, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var today = DateOnly.FromDateTime(local.DateTime);
        if (today > Day || Day > today.AddDays(1))
        {
            // A clock that is set back, over midnight too, does not give the day's units again; one that was far ahead is not waited for.
            (Day, Spent) = (today, 0);
        }

        return Spent + units <= perDay ? null : StartOf(today.AddDays(1), zone);
    }

    public void Spend(int units) => Spent += units;

    /// <summary>What was spent on that day was not used after all.</summary>
    public void Return(int units, DateOnly day) => Spent -= day == Day ? units : 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day:yyyy-MM-dd}:{Spent}");

    /// <summary>Takes up what <see cref="ToString"/> wrote.</summary>
    public void Resume(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0
            && DateOnly.TryParseExact(text[..colon], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var spent))
        {
            (Day, Spent) = (day, spent);
        }
    }

    /// <summary>The first instant of a day; where the clock jumps over midnight, the first one after the jump.</summary>
    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }

        return new DateTimeOffset(midnight, zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight));
    }
}
