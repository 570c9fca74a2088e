using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One subscription of a session, as granted.</summary>
/// <param name="Subscription">The filter and its options; its QoS is the granted one.</param>
/// <param name="Identifier">What the client wants to see with every message of it; null for nothing.</param>
internal sealed record Grant(Subscription Subscription, uint? Identifier);

/// <summary>
/// What the subscriptions of one session that match a topic say together: one copy, at the best QoS. A shared one has a copy of its own.
/// </summary>
internal readonly record struct Match(Session Session, QoS QoS, bool RetainAsPublished, EquatableArray<uint> Identifiers, ShareGroup? Group = null)
{
    public static Match Of(Session session, Grant grant, ShareGroup? group = null) =>
        new(session, grant.Subscription.QoS, grant.Subscription.RetainAsPublished, grant.Identifier is { } identifier ? [identifier] : default, group);

    public Match With(Grant grant) => this with
    {
        QoS = (QoS)Math.Max((byte)QoS, (byte)grant.Subscription.QoS),
        RetainAsPublished = RetainAsPublished || grant.Subscription.RetainAsPublished,
        Identifiers = grant.Identifier is { } identifier ? [.. Identifiers, identifier] : Identifiers,
    };
}
