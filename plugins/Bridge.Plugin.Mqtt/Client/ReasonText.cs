using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>Reason codes as sentences. The broker's own reason string is never shown: it may quote a topic.</summary>
internal static class ReasonText
{
    public static string Of(ReasonCode reason) => reason switch
    {
        ReasonCode.MalformedPacket or ReasonCode.ProtocolError => "it says that Bridge broke the protocol",
        ReasonCode.UnsupportedProtocolVersion => "it does not speak this protocol version",
        ReasonCode.ClientIdentifierNotValid => "it does not accept the client id",
        ReasonCode.BadUserNameOrPassword => "user name or password is wrong",
        ReasonCode.NotAuthorized => "not authorized",
        ReasonCode.ServerUnavailable or ReasonCode.ServerBusy => "it is busy or unavailable",
        ReasonCode.Banned => "the client is banned",
        ReasonCode.ServerShuttingDown => "it is shutting down",
        ReasonCode.BadAuthenticationMethod => "it asks for another authentication method",
        ReasonCode.KeepAliveTimeout => "it heard nothing for too long",
        ReasonCode.SessionTakenOver => "another client uses the same client id: give each one its own (option session.client_id)",
        ReasonCode.TopicFilterInvalid => "it does not accept a topic filter",
        ReasonCode.TopicNameInvalid => "it does not accept the topic",
        ReasonCode.ReceiveMaximumExceeded => "too many messages were in flight",
        ReasonCode.PacketTooLarge => "a packet was larger than it accepts",
        ReasonCode.MessageRateTooHigh or ReasonCode.ConnectionRateExceeded => "too many messages or connections in a short time",
        ReasonCode.QuotaExceeded => "a quota is used up",
        ReasonCode.AdministrativeAction => "its administrator ended the connection",
        ReasonCode.PayloadFormatInvalid => "it does not accept the payload's format",
        ReasonCode.RetainNotSupported => "it keeps no retained messages",
        ReasonCode.QoSNotSupported => "it does not support this quality of service",
        ReasonCode.UseAnotherServer or ReasonCode.ServerMoved => "it says that another broker is to be used",
        ReasonCode.SharedSubscriptionsNotSupported or ReasonCode.WildcardSubscriptionsNotSupported => "it does not support such subscriptions",
        ReasonCode.MaximumConnectTime => "the longest time of a connection is over",
        _ => $"reason 0x{(byte)reason:X2}",
    };

    /// <summary>What a PUBACK says about the message. What a later try may change is deferred.</summary>
    public static SendResult ResultOf(ReasonCode reason) => reason switch
    {
        _ when !reason.IsFailure() => new SendResult.Delivered(),
        ReasonCode.NotAuthorized => new SendResult.Refused("the broker does not let Bridge publish there", "let the broker's user write to this topic"),
        ReasonCode.TopicNameInvalid or ReasonCode.PayloadFormatInvalid => new SendResult.Refused($"the broker refused the message: {Of(reason)}"),
        _ => new SendResult.Deferred($"the broker did not take the message: {Of(reason)}"),
    };
}
