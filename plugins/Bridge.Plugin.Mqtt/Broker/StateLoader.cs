using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Reads what an earlier run stored. Runs before there are clients.</summary>
internal sealed class StateLoader(BrokerState state, AccessControl access)
{
    private readonly Dictionary<Session, long> _lastSent = [];

    /// <summary>How long a client without keep-alive has to come back before its will is published.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    /// <summary>Messages that wait for their clients.</summary>
    public int Queued { get; private set; }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var removed = new Batch();
        var stored = await StateSnapshot.ReadAsync(state.Context.State, cancellationToken);
        await foreach (var (_, row) in stored.ListAsync(StoredRecord.RetainedPrefix, cancellationToken))
        {
            var (expires, packets) = await StoredRecord.ReadAsync(row, cancellationToken);
            state.Retained.Restore(expires, (PublishPacket)packets[0]);
        }

        await foreach (var (key, row) in stored.ListAsync(StoredRecord.SessionPrefix, cancellationToken))
        {
            await LoadSessionAsync(stored, key, row, removed, cancellationToken);
        }

        await foreach (var (key, row) in stored.ListAsync(StoredRecord.GrantPrefix, cancellationToken))
        {
            await LoadGrantAsync(key, row, removed, cancellationToken);
        }

        await foreach (var (key, row) in stored.ListAsync(StoredRecord.QueuePrefix, cancellationToken))
        {
            Queued += await LoadQueuedAsync(key, row, removed, cancellationToken) ? 1 : 0;
        }

        await foreach (var (key, _) in stored.ListAsync(StoredRecord.ReceivedPrefix, cancellationToken))
        {
            LoadReceived(key, removed);
        }

        // Who had a connection may have been sent all that was queued, and is sent nothing more before it comes back.
        removed.Changes.AddRange(_lastSent.Where(sent => sent.Value == long.MaxValue).Select(sent => StoredRecord.Of(sent.Key, awaySince: null)));
        lock (state.Gate)
        {
            state.Journal.Submit(removed);
        }
    }

    private async Task LoadSessionAsync(
        StateSnapshot stored, string key, ReadOnlyMemory<byte> row, Batch removed, CancellationToken cancellationToken)
    {
        var (awaySince, packets) = await StoredRecord.ReadAsync(row, cancellationToken);
        var connect = (ConnectPacket)packets[0];
        var session = await ReadSessionAsync(stored, connect, awaySince, cancellationToken);
        if (!session.IsPersistent)
        {
            removed.Changes.Add(new StateChange(key, Value: null));
            removed.Changes.AddRange(session.Duplicates!.Clear());
            session.Dispose();
            return;
        }

        if (packets.Count > 1)
        {
            TakeOut(packets.Skip(1).Cast<SubscribePacket>(), session, removed);
            removed.Changes.Add(new StateChange(key, StoredRecord.Write(awaySince, connect)));
        }

        state.Sessions.Add(session);
        var lastSent = StoredRecord.LastSent(connect);
        _lastSent[session] = lastSent;
        // What is queued from now on must not count as sent.
        state.NumbersUpTo(lastSent == long.MaxValue ? 0 : lastSent);
    }

    private async Task<Session> ReadSessionAsync(StateSnapshot stored, ConnectPacket connect, DateTimeOffset? awaySince, CancellationToken cancellationToken)
    {
        var expiry = connect.Properties.Number(PropertyId.SessionExpiryInterval) ?? 0;
        // Every session of 3.1.1 is without end.
        var duplicates = ReceiveLimits.NewWindow(connect.ClientId, bounded: expiry != Session.NeverExpires, state.Context.Clock);
        await duplicates.LoadAsync(stored, cancellationToken);
        var session = new Session(connect.ClientId, connect.Username, (ushort)state.Context.Random.Next(1, ushort.MaxValue))
        {
            Expiry = expiry,
            IsStored = true,
            Duplicates = duplicates,
            Permissions = access.PermissionsOf(connect.Username, connect.ClientId),
            Will = connect.Will,
            KeepAlive = connect.KeepAlive,
            // Who was connected when the last run ended could not know of its end.
            AwaySince = awaySince ?? state.Now,
        };
        session.WillDue = session.Will is null ? null : WillDue(session, awaySince);
        return session;
    }

    /// <summary>An earlier version kept the subscriptions in the session's row: each gets its own.</summary>
    private void TakeOut(IEnumerable<SubscribePacket> subscriptions, Session session, Batch changed)
    {
        foreach (var subscription in subscriptions)
        {
            var (grant, _) = StoredRecord.ReadGrant(subscription);
            Restore(session, grant);
            changed.Changes.Add(StoredRecord.Of(session, grant, isOwed: false));
        }
    }

    /// <summary>
    /// A client that was connected gets the time to notice that the broker is back (section 3.1.2.5 lets the will wait for the restart).
    /// </summary>
    private DateTimeOffset WillDue(Session session, DateTimeOffset? awaySince)
    {
        var delay = TimeSpan.FromSeconds(session.WillDelay);
        if (awaySince is { } since)
        {
            return since + delay;
        }

        var notice = session.KeepAlive == 0 ? s_grace : TimeSpan.FromSeconds(session.KeepAlive * 1.5);
        return state.Now + (delay > notice ? delay : notice);
    }

    private async ValueTask LoadGrantAsync(string key, ReadOnlyMemory<byte> row, Batch removed, CancellationToken cancellationToken)
    {
        if (state.Sessions.Find(StoredRecord.ReadGrantKey(key)) is not { } session)
        {
            removed.Changes.Add(new StateChange(key, Value: null));
            return;
        }

        var (_, packets) = await StoredRecord.ReadAsync(row, cancellationToken);
        var (grant, isOwed) = StoredRecord.ReadGrant((SubscribePacket)packets[0]);
        Restore(session, grant);
        if (isOwed)
        {
            session.Replays[grant.Subscription.Filter] = new Replay(grant, state.Retained.LastNumber, isStored: true) { IsReady = true };
        }
    }

    private void Restore(Session session, Grant grant)
    {
        session.Subscriptions.Set(grant);
        state.Subscriptions.Set(session, grant);
    }

    private async ValueTask<bool> LoadQueuedAsync(string key, ReadOnlyMemory<byte> row, Batch removed, CancellationToken cancellationToken)
    {
        var (number, clientId) = StoredRecord.ReadQueueKey(key);
        state.NumbersUpTo(number);
        if (state.Sessions.Find(clientId) is not { } session)
        {
            removed.Changes.Add(new StateChange(key, Value: null));
            return false;
        }

        var (expires, packets) = await StoredRecord.ReadAsync(row, cancellationToken);
        var message = new QueuedMessage(number, packets[0], expires, key);
        session.Outgoing.Restore(message, mayBeSent: number <= _lastSent[session] || message.Packet is PubRelPacket);
        return true;
    }

    private void LoadReceived(string key, Batch removed)
    {
        var (packetId, clientId) = StoredRecord.ReadReceivedKey(key);
        if (state.Sessions.Find(clientId) is { } session)
        {
            session.Received.Add(packetId);
        }
        else
        {
            removed.Changes.Add(new StateChange(key, Value: null));
        }
    }
}
