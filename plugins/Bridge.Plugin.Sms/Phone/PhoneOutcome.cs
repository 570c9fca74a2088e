using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>What a state or an event says of a message of ours. Pure. The app's own words are not passed on: they may quote a number.</summary>
internal static partial class PhoneOutcome
{
    /// <summary>Null while nothing is decided.</summary>
    /// <param name="key">Of the delivery.</param>
    /// <param name="state">As the app calls it.</param>
    /// <param name="why">Of a failure.</param>
    /// <param name="isReported">Whether the network reports deliveries; otherwise sent is as much as will be known.</param>
    public static PartReport? OfState(DeliveryKey key, string? state, string? why, bool isReported) => state switch
    {
        "Delivered" => Delivered(key),
        "Sent" when !isReported => Delivered(key),
        "Failed" => Failed(key, ReasonOf(why)),
        "Cancelled" => Failed(key, "it was cancelled at the gateway before it was sent"),
        _ => null,
    };

    /// <summary>As <see cref="OfState"/>.</summary>
    public static PartReport? OfEvent(DeliveryKey key, string? name, string? why, bool isReported) => name switch
    {
        "sms:delivered" => OfState(key, "Delivered", null, isReported),
        "sms:sent" => OfState(key, "Sent", null, isReported),
        "sms:failed" => OfState(key, "Failed", why, isReported),
        "sms:cancelled" => OfState(key, "Cancelled", null, isReported),
        _ => null,
    };

    private static PartReport Delivered(DeliveryKey key) => new(key, 1, 1, IsDelivered: true, null);

    private static PartReport Failed(DeliveryKey key, string why) => new(key, 1, 1, IsDelivered: false, why);

    private static string ReasonOf(string? why) => why switch
    {
        null => "the phone could not send it",
        "TTL expired" => "it expired in the phone before it was sent",
        _ when ErrorNames().Match(why) is { Success: true } name => $"the phone could not send it ({name.Value})",
        _ when Deliveries().Match(why) is { Success: true } status => $"the network could not deliver it (status {status.Groups["status"].Value})",
        _ => "the phone could not send it",
    };

    /// <summary>Android's (SmsManager).</summary>
    [GeneratedRegex("RESULT_[A-Z_]{1,60}", RegexOptions.NonBacktracking)]
    private static partial Regex ErrorNames();

    /// <summary>The network's (3GPP 23.040 section 9.2.3.15), behind the number of the SMS centre.</summary>
    [GeneratedRegex("^Delivery result[^:]*: (?<status>[0-9]{1,3})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Deliveries();
}
