using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Brings published messages to the inbox, the retained messages and the sessions. Called with the lock held.</summary>
internal sealed class Distributor(BrokerState state, Courier courier)
{
    /// <summary>What one slow client may hold in memory beside its queue: live messages of QoS 0.</summary>
    private const long MaxUnsentBytes = 16_000_000;

    /// <summary>
    /// A client published: its message is also an event, when a route listens; under <paramref name="id"/> when it may be a repeat.
    /// </summary>
    public void PublishFromClient(ApplicationMessage message, Batch batch, EventId? id = null)
    {
        var interests = state.Settings.Interests;
        if (interests.Count == 0 || Wants(interests, message.Topic))
        {
            Report(message, batch, id);
        }

        Publish(message, batch);
    }

    /// <summary>The broker says something of itself: to those who asked for it by name.</summary>
    public void PublishOwn(ApplicationMessage message, Batch batch)
    {
        if (Wants(state.Settings.Interests, message.Topic))
        {
            Report(message, batch, id: null);
        }

        Publish(message, batch);
    }

    public void Publish(ApplicationMessage message, Batch batch)
    {
        if (message.Retain)
        {
            state.Retained.Set(message, batch);
        }

        var room = new Room(state.Limits.Queue, state.Limits.QueueBytes.Bytes);
        foreach (var match in state.Subscriptions.Find(message.Topic, message.Publisher, room.Messages))
        {
            Deliver(match, message, message.Retain && match.RetainAsPublished, room, batch);
            match.Group?.Served(match.Session);
        }
    }

    /// <summary>Sends one new subscription what is retained. Whoever calls it has made sure that there is room.</summary>
    public void Replay(Session session, Grant grant, ApplicationMessage retained, Batch batch) =>
        Deliver(Match.Of(session, grant), retained, retain: true, new Room(int.MaxValue, long.MaxValue), batch);

    /// <summary>
    /// A session has ended: what it shared and did not acknowledge goes to another; but of QoS 2 only what was not sent (section 4.8.2).
    /// </summary>
    public void PassOn(QueuedMessage message, Batch batch)
    {
        if (message.Group?.Choose(state.Limits.Queue) is not { } match
            || message is not { Packet: PublishPacket publish }
            || (message.Sent && publish.QoS == QoS.ExactlyOnce))
        {
            return;
        }

        var again = ApplicationMessage.From(publish, publisher: null, state.Now) with { Expires = message.Expires };
        Deliver(match, again, retain: false, new Room(state.Limits.Queue, state.Limits.QueueBytes.Bytes), batch);
        match.Group?.Served(match.Session);
    }

    private static bool Wants(IReadOnlyList<string> interests, string topic)
    {
        for (var i = 0; i < interests.Count; i++)
        {
            if (Topic.Matches(interests[i], topic))
            {
                return true;
            }
        }

        return false;
    }

    private void Report(ApplicationMessage message, Batch batch, EventId? id)
    {
        // It happened now: "retained" would say that it is an old state replayed.
        var packet = message.ToPacket(message.QoS, retain: false);
        batch.Events.Add(MqttMapper.ToInbound(packet, state.Context.Id, state.Now) with { Expires = message.Expires, Id = id });
    }

    private void Deliver(Match match, ApplicationMessage message, bool retain, Room room, Batch batch)
    {
        if (!match.Session.Permissions.MayReceive(message.Topic))
        {
            state.Lost("a message that its subscriber may not see any more");
            return;
        }

        var qos = message.QoS < match.QoS ? message.QoS : match.QoS;
        if (qos != QoS.AtMostOnce)
        {
            Queue(match, message, qos, retain, room, batch);
        }
        else if (match.Session.Owner is not null)
        {
            var packet = message.ToPacket(QoS.AtMostOnce, retain, match.Identifiers);
            batch.Effects.Add(() => SendAtMostOnce(match.Session, packet, message.Expires, room));
        }
    }

    private void Queue(Match match, ApplicationMessage message, QoS qos, bool retain, Room room, Batch batch)
    {
        var session = match.Session;
        var packet = message.ToPacket(qos, retain, match.Identifiers);
        var size = OutgoingQueue.SizeOf(packet);
        while (session.Outgoing.Waiting >= room.Messages || session.Outgoing.WaitingBytes + size > room.Bytes)
        {
            if (!MakeRoom(session, batch))
            {
                state.Lost("the newest message for a client that is away or slow: its queue is full");
                return;
            }
        }

        packet = packet with { PacketId = session.Outgoing.Reserve(size) };
        var number = state.NextNumber();
        var key = session.IsPersistent ? StoredRecord.QueueKey(number, session.ClientId) : null;
        if (key is not null)
        {
            batch.Changes.Add(new StateChange(key, StoredRecord.Write(message.Expires, packet)));
        }

        batch.Effects.Add(() => Stored(session, new QueuedMessage(number, packet, message.Expires, key) { Group = match.Group }));
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

        state.Lost("the oldest message for a client that is away or slow: its queue is full");
        return true;
    }

    private void Stored(Session session, QueuedMessage message)
    {
        if (session.HasEnded)
        {
            courier.Remove(message);
            var batch = new Batch();
            PassOn(message, batch);
            state.Journal.Submit(batch);
            return;
        }

        session.Outgoing.Fill(message);
        courier.Pump(session);
    }

    private void SendAtMostOnce(Session session, PublishPacket packet, DateTimeOffset? expires, Room room)
    {
        if (session.Link is not { } link)
        {
            return;
        }

        if (link.Unsent >= room.Messages || link.UnsentBytes >= MaxUnsentBytes)
        {
            state.Lost("a message of QoS 0 for a slow client");
        }
        else if (!link.TrySend(MessageExpiry.Lowered(packet, expires, state.Now)))
        {
            state.Lost("a message larger than its subscriber takes");
        }
    }

    /// <summary>What one session's queue may hold.</summary>
    private readonly record struct Room(int Messages, long Bytes);
}
