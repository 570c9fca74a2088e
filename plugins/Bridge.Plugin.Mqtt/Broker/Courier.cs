using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Sends subscribers what their sessions queue, and hears what they answer. Called with the lock held.</summary>
internal sealed class Courier(BrokerState state)
{
    /// <summary>Sends what waits, as far as the client takes it.</summary>
    public void Pump(Session session)
    {
        while (session.Link is { } link && session.Outgoing.TakeNext(link.Terms.SendMaximum) is { } next)
        {
            if (next.Packet is PublishPacket publish)
            {
                Send(session, link, next, publish);
            }
            else
            {
                link.Send(next.Packet);
            }

            next.Sent = true;
        }

        if (session.Outgoing.IsHalfEmpty(state.Limits))
        {
            session.HasRoom();
        }
    }

    /// <summary>PUBACK.</summary>
    public void Acknowledge(Session session, PubAckPacket acknowledgement)
    {
        if (session.Outgoing.InFlight(acknowledgement.PacketId) is { Packet: PublishPacket { QoS: QoS.AtLeastOnce } } message)
        {
            Settle(session, message, acknowledgement.Reason);
        }
    }

    /// <summary>PUBREC. That the subscriber has the message is stored before it is told so: from then on the message may not be sent again.</summary>
    public void Received(ClientConnection connection, Session session, PubRecPacket received, Batch batch)
    {
        if (session.Outgoing.InFlight(received.PacketId) is not { Packet: not PublishPacket { QoS: QoS.AtLeastOnce } } message)
        {
            batch.Effects.Add(() => connection.Send(new PubRelPacket { PacketId = received.PacketId, Reason = ReasonCode.PacketIdentifierNotFound }));
        }
        else if (received.Reason.IsFailure())
        {
            Settle(session, message, received.Reason);
        }
        else
        {
            var release = message.Release();
            if (message.Key is { } key)
            {
                batch.Changes.Add(new StateChange(key, StoredRecord.Write(time: null, release)));
            }

            session.LastProgress = state.Now;
            batch.Effects.Add(() => connection.Send(release));
        }
    }

    /// <summary>PUBCOMP.</summary>
    public void Complete(Session session, PubCompPacket completion)
    {
        if (session.Outgoing.InFlight(completion.PacketId) is { Packet: PubRelPacket } message)
        {
            Settle(session, message, ReasonCode.Success);
        }
    }

    /// <summary>Its row is needed no more.</summary>
    public void Remove(QueuedMessage message)
    {
        if (message.Key is { } key)
        {
            state.Journal.RemoveLater(key);
        }
    }

    private void Send(Session session, ClientConnection link, QueuedMessage message, PublishPacket publish)
    {
        var now = state.Now;
        if (message.Expires <= now && message is { Sent: true, Packet: PublishPacket { QoS: QoS.ExactlyOnce } })
        {
            // The client may know its packet id: it must let go of that before another message can have it.
            link.Send(message.Release());
        }
        else if (message.Expires <= now)
        {
            Forget(session, message, "a queued message expired");
        }
        else if (!session.Permissions.MayReceive(publish.Topic))
        {
            Forget(session, message, "a queued message that its subscriber may not see any more");
        }
        else if (!link.TrySend(MessageExpiry.Lowered(message.Sent ? publish with { Dup = true } : publish, message.Expires, now)))
        {
            Forget(session, message, "a message larger than its subscriber takes");
        }
    }

    /// <summary>The subscriber has it, or does not want it: it is owed no more.</summary>
    private void Settle(Session session, QueuedMessage message, ReasonCode reason)
    {
        if (reason.IsFailure())
        {
            state.Lost("refused by a subscriber");
        }

        session.Outgoing.Settle(message);
        session.LastProgress = state.Now;
        Remove(message);
        Pump(session);
    }

    private void Forget(Session session, QueuedMessage message, string why)
    {
        session.Outgoing.Settle(message);
        Remove(message);
        state.Lost(why);
    }
}
