using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>What we call a message where the network takes a name of ours: the same whenever it is handed over. Pure.</summary>
internal static class OwnId
{
    // Others may send by the same account or phone, and their messages are reported to us, too.
    private const string Ours = "bridge-";
    private const int LongestKey = 29; // an Android phone's gateway takes 36 characters

    public static string Of(DeliveryKey key) => Ours + key.Value;

    /// <summary>Null when the message is not ours.</summary>
    public static DeliveryKey? KeyOf(string? id) =>
        id is not null && id.StartsWith(Ours, StringComparison.Ordinal) && id.Length - Ours.Length is > 0 and <= LongestKey
            ? new DeliveryKey(id[Ours.Length..]) : null;
}
