using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>Reason codes as sentences, with what can be done. The broker's own reason string is never shown: it may quote a topic.</summary>
internal static class ReasonText
{
    /// <summary>Why the broker refused or ended a connection.</summary>
    public static string Of(ReasonCode reason) => reason switch
    {
        ReasonCode.Success => "it said goodbye",
        ReasonCode.UnspecifiedError => "it does not say why; its log may",
        ReasonCode.MalformedPacket or ReasonCode.ProtocolError or ReasonCode.TopicAliasInvalid or ReasonCode.PacketIdentifierInUse
            or ReasonCode.PacketIdentifierNotFound => $"it says that Bridge broke the protocol ({Code(reason)}): see its log; 'protocol: 3.1.1' may help meanwhile",
        ReasonCode.ImplementationSpecificError => "it does not allow something that the protocol does (0x83): see its log",
        ReasonCode.UnsupportedProtocolVersion => "it does not speak this protocol version: write 'protocol: 3.1.1'",
        ReasonCode.ClientIdentifierNotValid => "it does not accept the client id: write another one as 'session.client_id'",
        ReasonCode.BadUserNameOrPassword => "user name or password is wrong: check 'username' and 'password', and the broker's list of users",
        ReasonCode.NotAuthorized => "not authorized: let the broker's user connect, publish and subscribe",
        ReasonCode.ServerUnavailable or ReasonCode.ServerBusy => "it is busy or unavailable; Bridge tries again",
        ReasonCode.Banned => "the client is banned: ask whoever runs the broker",
        ReasonCode.ServerShuttingDown => "it is shutting down; Bridge tries again",
        ReasonCode.BadAuthenticationMethod => "it asks for another authentication method: only user name, password and certificates are supported",
        ReasonCode.KeepAliveTimeout => "it heard nothing for too long: check the network, or write a longer 'keep_alive'",
        ReasonCode.SessionTakenOver => "another client uses the same client id: give each one its own (option session.client_id)",
        ReasonCode.TopicFilterInvalid => "it does not accept a topic filter: check the 'from' of your routes against what the broker allows",
        ReasonCode.TopicNameInvalid => "it does not accept the topic",
        ReasonCode.ReceiveMaximumExceeded => "too many messages were in flight",
        ReasonCode.PacketTooLarge => "a packet was larger than it accepts: raise its maximum packet size",
        ReasonCode.MessageRateTooHigh or ReasonCode.ConnectionRateExceeded => "too many messages or connections in a short time: add 'limits: { rate: ... }' to the endpoint",
        ReasonCode.QuotaExceeded => "a quota is used up: raise it at the broker",
        ReasonCode.AdministrativeAction => "its administrator ended the connection",
        ReasonCode.PayloadFormatInvalid => "it does not accept the payload's format",
        ReasonCode.RetainNotSupported => "it keeps no retained messages: write 'retain: false' for 'will' and 'birth', and remove 'retain' from destinations",
        ReasonCode.QoSNotSupported => "it does not support this quality of service: write a lower 'qos' for 'will' and 'birth'",
        ReasonCode.UseAnotherServer or ReasonCode.ServerMoved => "it says that another broker is to be used",
        ReasonCode.SharedSubscriptionsNotSupported or ReasonCode.WildcardSubscriptionsNotSupported => "it does not support wildcards: name each topic in 'from'",
        ReasonCode.SubscriptionIdentifiersNotSupported => "it does not support subscription identifiers",
        ReasonCode.MaximumConnectTime => "the longest time of a connection is over; Bridge connects again",
        _ => $"reason {Code(reason)}",
    };

    /// <summary>
    /// Why the broker refused or ended a connection, with where it sends us. Bridge does not go there by itself: messages and passwords go to the
    /// broker that was written down.
    /// </summary>
    public static string Of(ReasonCode reason, MqttProperties properties)
    {
        if (reason is not (ReasonCode.UseAnotherServer or ReasonCode.ServerMoved))
        {
            return Of(reason);
        }

        var where = properties.Text(PropertyId.ServerReference) is { Length: > 0 and <= 255 } text && text.All(IsOfHost) ? $" ({text})" : "";
        return $"{Of(reason)}{where}, {(reason == ReasonCode.ServerMoved ? "for good" : "for now")}; Bridge goes nowhere by itself: if you trust that broker, write it in 'url'";
    }

    /// <summary>Why the broker refused a subscription.</summary>
    public static string OfSubscription(ReasonCode reason) => reason switch
    {
        ReasonCode.UnspecifiedError => "let the broker's user read the topics of your routes ('from')",
        ReasonCode.NotAuthorized => "not authorized: let the broker's user read the topics of your routes ('from')",
        _ => Of(reason),
    };

    /// <summary>What a PUBACK or PUBREC says about the message. What a later try may change is deferred.</summary>
    public static SendResult ResultOf(ReasonCode reason) => reason switch
    {
        _ when !reason.IsFailure() => new SendResult.Delivered(),
        ReasonCode.NotAuthorized => new SendResult.Refused("the broker does not let Bridge publish there", "let the broker's user write to this topic"),
        ReasonCode.TopicNameInvalid => new SendResult.Refused("the broker does not accept the topic", "correct the destination's topic"),
        ReasonCode.PayloadFormatInvalid => new SendResult.Refused(
            "the broker does not accept the payload's format", "send what its rules for this topic allow"),
        _ => new SendResult.Deferred($"the broker did not take the message: {Of(reason)}"),
    };

    private static string Code(ReasonCode reason) => $"0x{(byte)reason:X2}";

    private static bool IsOfHost(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '-' or '[' or ']' or ' ' or ',';
}
