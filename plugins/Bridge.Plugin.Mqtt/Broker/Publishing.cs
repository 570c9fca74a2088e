using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What clients publish, by its quality of service. Called with the lock held.</summary>
internal sealed class Publishing(BrokerState state, Distributor distributor)
{
    private const string NotAllowed = "the user may not publish to this topic";

    public void Publish(ClientConnection connection, Session session, PublishPacket publish, Batch batch)
    {
        state.Figures.PublishesReceived.Add();
        state.Figures.PayloadReceived.Add(publish.Payload.Bytes.Length);
        switch (publish.QoS)
        {
            case QoS.AtMostOnce:
                if (MayPublish(session, publish))
                {
                    distributor.PublishFromClient(ApplicationMessage.From(publish, session.ClientId, state.Now), batch);
                }

                break;
            case QoS.AtLeastOnce:
                Count(connection);
                session.Duplicates?.Saw(connection.Unacknowledged);
                AtLeastOnce(connection, session, publish, batch);
                break;
            default:
                Count(connection);
                ExactlyOnce(connection, session, publish, batch);
                break;
        }
    }

    /// <summary>PUBREL. The packet id is free again once that is stored: before, a crash would take its next message for a repeat.</summary>
    public static void Release(ClientConnection connection, Session session, PubRelPacket release, Batch batch)
    {
        var known = session.Received.Remove(release.PacketId);
        if (known && session.IsStored)
        {
            batch.Changes.Add(new StateChange(StoredRecord.ReceivedKey(session.ClientId, release.PacketId), Value: null));
        }

        batch.Effects.Add(() =>
        {
            Uncount(connection);
            connection.Send(new PubCompPacket { PacketId = release.PacketId, Reason = known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound });
        });
    }

    private static void Count(ClientConnection connection)
    {
        connection.Unacknowledged++;
        if (connection.Unacknowledged > ReceiveLimits.Borne && connection.Version == ProtocolVersion.V5)
        {
            throw new MqttProtocolException(ReasonCode.ReceiveMaximumExceeded, "a client sent more messages ahead than it may");
        }
    }

    /// <summary>A PUBREL may answer a publish of an earlier connection.</summary>
    private static void Uncount(ClientConnection connection) => connection.Unacknowledged = Math.Max(0, connection.Unacknowledged - 1);

    private void AtLeastOnce(ClientConnection connection, Session session, PublishPacket publish, Batch batch)
    {
        var allowed = MayPublish(session, publish);
        if (allowed && session.Duplicates?.IsRepeat(publish) == true)
        {
            state.Context.Drops.Dropped("redelivered by a client, stored before");
        }
        else if (allowed)
        {
            distributor.PublishFromClient(ApplicationMessage.From(publish, session.ClientId, state.Now), batch, session.Duplicates?.Event);
        }

        var answer = new PubAckPacket { PacketId = publish.PacketId };
        answer = allowed ? answer : answer with { Reason = ReasonCode.NotAuthorized, Properties = Reasons.Of(NotAllowed) };
        batch.Effects.Add(() =>
        {
            Uncount(connection);
            connection.Send(answer);
        });
    }

    private void ExactlyOnce(ClientConnection connection, Session session, PublishPacket publish, Batch batch)
    {
        var answer = new PubRecPacket { PacketId = publish.PacketId };
        if (session.Received.Contains(publish.PacketId))
        {
            state.Context.Drops.Dropped("redelivered by a client, stored before");
        }
        else if (MayPublish(session, publish))
        {
            session.Received.Add(publish.PacketId);
            if (session.IsStored)
            {
                batch.Changes.Add(StoredRecord.OfReceived(session.ClientId, publish.PacketId));
            }

            distributor.PublishFromClient(ApplicationMessage.From(publish, session.ClientId, state.Now), batch);
        }
        else
        {
            answer = answer with { Reason = ReasonCode.NotAuthorized, Properties = Reasons.Of(NotAllowed) };
            if (connection.Version == ProtocolVersion.V5)
            {
                // There is no PUBREL after a refusal; 3.1.1 has no words for one.
                batch.Effects.Add(() => Uncount(connection));
            }
        }

        batch.Effects.Add(() => connection.Send(answer));
    }

    private bool MayPublish(Session session, PublishPacket publish)
    {
        if (session.Permissions.MayPublish(publish.Topic))
        {
            return true;
        }

        state.Lost("published to a topic that its client may not publish to");
        return false;
    }
}
