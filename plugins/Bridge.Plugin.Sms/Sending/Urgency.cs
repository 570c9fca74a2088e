using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>What a message's severity is where the next one sends: an order among those that wait there. Pure.</summary>
internal static class Urgency
{
    /// <summary>priority_flag of SMPP (section 5.2.14) and priority of Kannel: 0 to 3, and 0 is what they take it for when nothing is said.</summary>
    public static byte LevelOf(OutgoingPart part, DriverOptions driver) => part.Severity switch
    {
        _ when driver.Priority == false => 0,
        Severity.Critical => 3,
        Severity.Warning => 1,
        _ => 0,
    };

    /// <summary>The Android app's: -128 to 127, and from 100 on it keeps to no limit or pause of its own. Null: nothing is said.</summary>
    public static int? OnPhone(OutgoingPart part, DriverOptions driver) => LevelOf(part, driver) switch { 3 => 100, 1 => 1, _ => null };
}
