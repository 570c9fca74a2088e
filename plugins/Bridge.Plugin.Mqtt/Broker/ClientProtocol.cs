using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Does what a connected client asks. Called with the lock held, and with the packets of one read for one batch.</summary>
internal sealed class ClientProtocol(BrokerState state, SessionRegistry sessions, Distributor distributor, BrokerLog log)
{
    private const int MaxSubscriptions = 1000;

    /// <summary>Deeper filters would only serve to make the tree of subscriptions deep.</summary>
    private const int MaxLevels = 128;

    /// <summary>Throws <see cref="MqttProtocolException"/> where the client breaks the protocol; what came before it stands in the batch.</summary>
    public void Handle(ClientConnection connection, Session session, MqttPacket packet, Batch batch)
    {
        switch (packet)
        {
            case PublishPacket publish: Publish(connection, session, publish, batch); break;
            case PubAckPacket acknowledgement: distributor.Acknowledge(session, acknowledgement); break;
            case PingReqPacket: connection.Send(new PingRespPacket()); break;
            case SubscribePacket subscribe: Subscribe(connection, session, subscribe, batch); break;
            case UnsubscribePacket unsubscribe: Unsubscribe(connection, session, unsubscribe, batch); break;
            case DisconnectPacket disconnect: Disconnect(connection, session, disconnect, batch); break;
            default: throw MqttProtocolException.ProtocolError("a client sent a packet that it may not send now");
        }
    }

    private void Publish(ClientConnection connection, Session session, PublishPacket publish, Batch batch)
    {
        if (publish.QoS == QoS.ExactlyOnce)
        {
            throw new MqttProtocolException(ReasonCode.QoSNotSupported, "a client published with QoS 2, which the broker does not do yet; use QoS 1");
        }

        if (publish.Properties.Number(PropertyId.TopicAlias) is not null)
        {
            throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, "a client used a topic alias though none is allowed");
        }

        if (publish.QoS == QoS.AtMostOnce)
        {
            if (MayPublish(connection, publish))
            {
                distributor.PublishFromClient(ApplicationMessage.From(publish, session.ClientId, state.Now), batch);
            }

            return;
        }

        connection.Unacknowledged++;
        session.Duplicates?.Saw(connection.Unacknowledged);
        if (connection.Unacknowledged > ReceiveLimits.Borne && connection.Version == ProtocolVersion.V5)
        {
            throw new MqttProtocolException(ReasonCode.ReceiveMaximumExceeded, "a client sent more messages ahead than it may");
        }

        var reason = PublishAtLeastOnce(connection, session, publish, batch);
        batch.Effects.Add(() =>
        {
            connection.Unacknowledged--;
            connection.Send(new PubAckPacket { PacketId = publish.PacketId, Reason = reason });
        });
    }

    private ReasonCode PublishAtLeastOnce(ClientConnection connection, Session session, PublishPacket publish, Batch batch)
    {
        if (!MayPublish(connection, publish))
        {
            return ReasonCode.NotAuthorized;
        }

        if (session.Duplicates?.IsRepeat(publish) == true)
        {
            state.Context.Drops.Dropped("redelivered by a client, stored before");
            return ReasonCode.Success;
        }

        distributor.PublishFromClient(ApplicationMessage.From(publish, session.ClientId, state.Now), batch, session.Duplicates?.Event);
        return ReasonCode.Success;
    }

    private bool MayPublish(ClientConnection connection, PublishPacket publish)
    {
        if (connection.Permissions.MayPublish(publish.Topic))
        {
            return true;
        }

        state.Context.Drops.Dropped("published to a topic that its client may not publish to");
        return false;
    }

    private void Subscribe(ClientConnection connection, Session session, SubscribePacket subscribe, Batch batch)
    {
        var identifier = subscribe.Properties.Number(PropertyId.SubscriptionIdentifier);
        var replay = new List<Grant>();
        var reasons = subscribe.Subscriptions.Select(line => Grant(connection, session, new Grant(line, identifier), replay)).ToArray();
        SessionRegistry.Save(session, batch);
        batch.Effects.Add(() => connection.Send(new SubAckPacket { PacketId = subscribe.PacketId, Reasons = new(reasons) }));
        replay.ForEach(grant => distributor.Replay(session, grant, batch));
    }

    private ReasonCode Grant(ClientConnection connection, Session session, Grant asked, List<Grant> replay)
    {
        var filter = asked.Subscription.Filter;
        if (Refusal(connection, session, filter) is { } refusal)
        {
            log.SubscriptionRefused(Mask.Of(session.ClientId), refusal);
            return connection.Version == ProtocolVersion.V5 ? refusal : ReasonCode.UnspecifiedError;
        }

        var grant = asked with { Subscription = asked.Subscription with { QoS = ApplicationMessage.Granted(asked.Subscription.QoS) } };
        var isNew = !session.Subscriptions.ContainsKey(filter);
        session.Subscriptions[filter] = grant;
        state.Subscriptions.Set(session, grant);
        if (asked.Subscription.RetainHandling == RetainHandling.Always || (isNew && asked.Subscription.RetainHandling == RetainHandling.IfNew))
        {
            replay.Add(grant);
        }

        return (ReasonCode)grant.Subscription.QoS;
    }

    private static ReasonCode? Refusal(ClientConnection connection, Session session, string filter)
    {
        if (filter.StartsWith("$share/", StringComparison.Ordinal))
        {
            return ReasonCode.SharedSubscriptionsNotSupported;
        }

        if (filter.AsSpan().Count('/') >= MaxLevels)
        {
            return ReasonCode.TopicFilterInvalid;
        }

        return !connection.Permissions.MaySubscribe(filter) ? ReasonCode.NotAuthorized
            : session.Subscriptions.Count >= MaxSubscriptions && !session.Subscriptions.ContainsKey(filter) ? ReasonCode.QuotaExceeded
            : null;
    }

    private void Unsubscribe(ClientConnection connection, Session session, UnsubscribePacket unsubscribe, Batch batch)
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

    private void Disconnect(ClientConnection connection, Session session, DisconnectPacket disconnect, Batch batch)
    {
        if (disconnect.Properties.Number(PropertyId.SessionExpiryInterval) is { } expiry)
        {
            session.Expiry = session.Expiry > 0 || expiry == 0
                ? expiry
                : throw MqttProtocolException.ProtocolError("a client would keep a session that it began as one to be forgotten");
        }

        sessions.Leave(connection, withWill: disconnect.Reason == ReasonCode.DisconnectWithWill, batch);
        connection.Close(ReasonCode.Success);
    }
}
