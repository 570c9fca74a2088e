using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE. Called with the lock held.</summary>
internal sealed class Subscribing(BrokerState state, Distributor distributor, SystemTopics system, BrokerLog log)
{
    private const int MaxSubscriptions = 1000;

    /// <summary>Deeper filters would only serve to make the tree of subscriptions deep.</summary>
    private const int MaxLevels = 128;

    public void Subscribe(ClientConnection connection, Session session, SubscribePacket subscribe, Batch batch)
    {
        var identifier = subscribe.Properties.Number(PropertyId.SubscriptionIdentifier);
        var replay = new List<Grant>();
        var reasons = subscribe.Subscriptions.Select(line => Grant(connection, session, new Grant(line, identifier), replay)).ToArray();
        SessionRegistry.Save(session, batch);
        var answer = new SubAckPacket { PacketId = subscribe.PacketId, Reasons = new(reasons), Properties = Reasons.Of(WhyRefused(reasons)) };
        batch.Effects.Add(() => connection.Send(answer));
        foreach (var grant in replay)
        {
            var filter = grant.Subscription.Filter;
            distributor.Replay(session, grant, state.Retained.Matching(filter, state.Now).Concat(system.Matching(filter)), batch);
        }
    }

    public void Unsubscribe(ClientConnection connection, Session session, UnsubscribePacket unsubscribe, Batch batch)
    {
        var reasons = new ReasonCode[unsubscribe.Filters.Count];
        for (var i = 0; i < reasons.Length; i++)
        {
            var known = session.Subscriptions.Remove(unsubscribe.Filters[i]);
            reasons[i] = known ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted;
            state.Subscriptions.Remove(session, unsubscribe.Filters[i]);
        }

        SessionRegistry.Save(session, batch);
        batch.Effects.Add(() => connection.Send(new UnsubAckPacket { PacketId = unsubscribe.PacketId, Reasons = new(reasons) }));
    }

    private ReasonCode Grant(ClientConnection connection, Session session, Grant asked, List<Grant> replay)
    {
        var filter = asked.Subscription.Filter;
        var shared = SharedFilter.Of(filter);
        if (shared.Group is not null && asked.Subscription.NoLocal)
        {
            throw MqttProtocolException.ProtocolError("a client would share a subscription and not hear itself, which cannot be both");
        }

        if (Refusal(session, filter, shared) is { } refusal)
        {
            log.SubscriptionRefused(Mask.Of(session.ClientId), refusal);
            return connection.Version == ProtocolVersion.V5 ? refusal : ReasonCode.UnspecifiedError;
        }

        var isNew = !session.Subscriptions.ContainsKey(filter);
        session.Subscriptions[filter] = asked;
        state.Subscriptions.Set(session, asked);
        var wanted = asked.Subscription.RetainHandling == RetainHandling.Always || (isNew && asked.Subscription.RetainHandling == RetainHandling.IfNew);
        if (wanted && shared.Group is null)
        {
            replay.Add(asked);
        }

        return (ReasonCode)asked.Subscription.QoS;
    }

    private static ReasonCode? Refusal(Session session, string filter, SharedFilter shared)
    {
        if (!shared.IsValid || filter.AsSpan().Count('/') >= MaxLevels)
        {
            return ReasonCode.TopicFilterInvalid;
        }

        return !session.Permissions.MaySubscribe(shared.Topics) ? ReasonCode.NotAuthorized
            : session.Subscriptions.Count >= MaxSubscriptions && !session.Subscriptions.ContainsKey(filter) ? ReasonCode.QuotaExceeded
            : null;
    }

    private static string? WhyRefused(ReasonCode[] reasons) => reasons.FirstOrDefault(reason => reason.IsFailure()) switch
    {
        ReasonCode.NotAuthorized => "the user may not subscribe to a filter as wide as this",
        ReasonCode.TopicFilterInvalid => $"a filter has at most {MaxLevels} levels, and a shared one is $share/group/filter",
        ReasonCode.QuotaExceeded => $"a client has at most {MaxSubscriptions} subscriptions",
        _ => null,
    };
}
