namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>The octets are no short message. The message holds nothing of them.</summary>
internal sealed class TpduException(string message) : FormatException(message);
