using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Brings published messages to the inbox, the retained messages and the sessions. Called with the lock held.</summary>
internal sealed class Distributor(BrokerState state)
{
    /// <summary>What one slow client may hold in memory beside its queue: live messages of QoS 0.</summary>
    private const long MaxUnsentBytes = 16_000_000;

    private readonly IReadOnlyList<string> _interests = state.Context.Interests;

    /// <summary>A client published: its message is also an event, when a route listens; under <paramref name="id"/> when it may be a repeat.</summary>
    public void PublishFromClient(ApplicationMessage message, Batch batch, EventId? id = null)
    {
        if (_interests.Count == 0 || _interests.Any(filter => Topic.Matches(filter, message.Topic)))
        {
            // It happened now: "retained" would say that it is an old state replayed.
            var packet = message.ToPacket(message.QoS, retain: false);
            batch.Events.Add(MqttMapper.ToInbound(packet, state.Context.Id, state.Now) with { Expires = message.Expires, Id = id });
        }

        Publish(message, batch);
    }

    public void Publish(ApplicationMessage message, Batch batch)
    {
        if (message.Retain)
        {
            state.Retained.Set(message, batch);
        }

        foreach (var match in state.Subscriptions.Find(message.Topic, message.Publisher))
        {
            Deliver(match, message, message.Retain && match.RetainAsPublished, state.Limits.Queue, batch);
        }
    }

    /// <summary>Replays what is retained to one new subscription. All of it has room: the retained messages are bounded themselves.</summary>
    public void Replay(Session session, Grant grant, Batch batch)
    {
        var room = state.Limits.Queue + state.Retained.Count;
        foreach (var message in state.Retained.Matching(grant.Subscription.Filter, state.Now))
        {
            Deliver(Match.Of(session, grant), message, retain: true, room, batch);
        }
    }

    /// <summary>Sends what waits, as far as the client takes it.</summary>
    public void Pump(Session session)
    {
        while (session.Link is { } link && session.Outgoing.TakeNext(link.SendMaximum) is { } next)
        {
            var now = state.Now;
            if (next.Expires <= now)
            {
                Forget(session, next, "a queued message expired");
            }
            else if (!link.TrySend(ApplicationMessage.Expiring(next.Sent ? next.Packet with { Dup = true } : next.Packet, next.Expires, now)))
            {
                Forget(session, next, "a message larger than its subscriber takes");
            }

            next.Sent = true;
        }
    }

    public void Acknowledge(Session session, PubAckPacket acknowledgement)
    {
        if (session.Outgoing.Acknowledge(acknowledgement.PacketId) is not { } message)
        {
            return;
        }

        if (acknowledgement.Reason.IsFailure())
        {
            state.Context.Drops.Dropped("refused by a subscriber");
        }

        session.LastProgress = state.Now;
        RemoveRow(message);
        Pump(session);
    }

    private void Deliver(Match match, ApplicationMessage message, bool retain, int room, Batch batch)
    {
        if (message.QoS != QoS.AtMostOnce && match.QoS != QoS.AtMostOnce)
        {
            Queue(match, message, retain, room, batch);
        }
        else if (match.Session.Owner is not null)
        {
            var packet = message.ToPacket(QoS.AtMostOnce, retain, match.Identifiers);
            batch.Effects.Add(() => SendAtMostOnce(match.Session, packet, message.Expires, room));
        }
    }

    private void Queue(Match match, ApplicationMessage message, bool retain, int room, Batch batch)
    {
        var session = match.Session;
        if (session.Outgoing.Waiting >= room && !MakeRoom(session, batch))
        {
            state.Context.Drops.Dropped("the newest message for a client that is away or slow: its queue is full");
            return;
        }

        var packet = message.ToPacket(QoS.AtLeastOnce, retain, match.Identifiers) with { PacketId = session.Outgoing.Reserve() };
        var number = state.NextNumber();
        var key = session.IsPersistent ? StoredRecord.QueueKey(number, session.ClientId) : null;
        if (key is not null)
        {
            batch.Changes.Add(new StateChange(key, StoredRecord.Write(message.Expires, packet)));
        }

        batch.Effects.Add(() => Stored(session, new QueuedMessage(number, packet, message.Expires, key)));
    }

    /// <summary>A client that comes back wants the present before the past: the oldest goes.</summary>
    private bool MakeRoom(Session session, Batch batch)
    {
        if (session.Outgoing.DropOldest() is not { } oldest)
        {
            return false;
        }

        if (oldest.Key is { } key)
        {
            batch.Changes.Add(new StateChange(key, Value: null));
        }

        state.Context.Drops.Dropped("the oldest message for a client that is away or slow: its queue is full");
        return true;
    }

    private void Stored(Session session, QueuedMessage message)
    {
        if (session.HasEnded)
        {
            RemoveRow(message);
            return;
        }

        session.Outgoing.Fill(message);
        Pump(session);
    }

    private void SendAtMostOnce(Session session, PublishPacket packet, DateTimeOffset? expires, int room)
    {
        if (session.Link is not { } link)
        {
            return;
        }

        if (link.Unsent >= room || link.UnsentBytes >= MaxUnsentBytes)
        {
            state.Context.Drops.Dropped("a message of QoS 0 for a slow client");
        }
        else if (!link.TrySend(ApplicationMessage.Expiring(packet, expires, state.Now)))
        {
            state.Context.Drops.Dropped("a message larger than its subscriber takes");
        }
    }

    private void Forget(Session session, QueuedMessage message, string why)
    {
        session.Outgoing.Acknowledge(message.Packet.PacketId);
        RemoveRow(message);
        state.Context.Drops.Dropped(why);
    }

    private void RemoveRow(QueuedMessage message)
    {
        if (message.Key is { } key)
        {
            state.Journal.RemoveLater(key);
        }
    }
}
