using System.Text.Json.Serialization;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms;

/// <summary>An entry of the endpoint's state that is of no use for ever.</summary>
internal interface IDated
{
    /// <summary>When it was written down.</summary>
    DateTimeOffset At { get; }
}

/// <summary>The endpoint's sealed state, as JSON.</summary>
[JsonSerializable(typeof(SendProgress))]
[JsonSerializable(typeof(PartsDelivered))]
[JsonSerializable(typeof(StoredPart))]
[JsonSerializable(typeof(JoinedMessage))]
[JsonSerializable(typeof(SentPart))]
[JsonSerializable(typeof(AwaitedReport))]
[JsonSerializable(typeof(HeardSince))]
[JsonSerializable(typeof(BalanceReading))]
[JsonSerializable(typeof(DaySpent))]
internal sealed partial class StateJson : JsonSerializerContext;
