using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Opens, keeps and ends sessions, and publishes their wills. Called with the lock held.</summary>
internal sealed class SessionRegistry(BrokerState state, AccessControl access, Distributor distributor)
{
    /// <summary>The session of a client that connects: its old one, or a new one. A connection that had it is displaced.</summary>
    public (Session Session, bool Present) Open(ClientConnection connection, ConnectPacket connect, uint expiry, Batch batch)
    {
        if (state.Sessions.Find(connect.ClientId) is { Owner: { } displaced })
        {
            Leave(displaced, withWill: true, batch);
            displaced.Close(ReasonCode.SessionTakenOver, "another connection uses the same client id");
        }

        // Looked up again: leaving may have ended it.
        var session = state.Sessions.Find(connect.ClientId);
        if (session is not null && (connect.CleanStart || session.IsExpired(state.Now) || session.Username != connect.Username))
        {
            End(session, batch);
            session = null;
        }

        var present = session is not null;
        session ??= New(connect, expiry);
        session.Duplicates?.Resume();
        session.Permissions = access.PermissionsOf(connect.Username, connect.ClientId);
        state.Sessions.Connect(session, connection);
        session.AwaySince = null;
        session.WillDue = null;
        session.Will = connect.Will;
        session.KeepAlive = connect.KeepAlive;
        session.Expiry = expiry;
        session.LastProgress = state.Now;
        Save(session, batch);
        return (session, present);
    }

    /// <summary>A connection has ended. Nothing happens when another one has the session already.</summary>
    public void Leave(ClientConnection connection, bool withWill, Batch batch)
    {
        if (connection.Session is not { } session || session.Owner != connection)
        {
            return;
        }

        var now = state.Now;
        state.Sessions.Connect(session, connection: null);
        session.Link = null;
        session.AwaySince = now;
        session.Outgoing.Rewind();
        if (!withWill)
        {
            session.Will = null;
        }

        if (!session.IsPersistent)
        {
            End(session, batch);
            return;
        }

        if (session.Will is not null && session.WillDelay == 0)
        {
            PublishWill(session, batch);
        }
        else if (session.Will is not null)
        {
            session.WillDue = now.AddSeconds(session.WillDelay);
        }

        Save(session, batch);
    }

    /// <summary>Stores what has changed, when the session is one that is kept.</summary>
    public static void Save(Session session, Batch batch)
    {
        if (session.IsPersistent || session.IsStored)
        {
            session.IsStored = true;
            batch.Changes.Add(StoredRecord.Of(session, session.AwaySince));
        }
    }

    /// <summary>Publishes wills whose delay is over, and ends sessions that nobody came back for.</summary>
    public void Sweep(Batch batch)
    {
        var now = state.Now;
        foreach (var session in state.Sessions.Values.Where(session => session.Owner is null).ToList())
        {
            if (session.IsExpired(now))
            {
                state.Figures.Expired.Add();
                End(session, batch);
            }
            else if (session.WillDue <= now)
            {
                PublishWill(session, batch);
                Save(session, batch);
            }
        }
    }

    private Session New(ConnectPacket connect, uint expiry)
    {
        // A random first id: after a restart a number must not come back for another message while the client still remembers it.
        var session = new Session(connect.ClientId, connect.Username, (ushort)state.Context.Random.Next(1, ushort.MaxValue));
        if (expiry > 0)
        {
            session.Duplicates = ReceiveLimits.NewWindow(connect.ClientId, bounded: connect.Version == ProtocolVersion.V5, state.Context.Clock);
        }

        state.Sessions.Add(session);
        return session;
    }

    /// <summary>
    /// The session is no more; with it goes all that is stored of it. A will that waited is published: it cannot wait longer than its session.
    /// </summary>
    private void End(Session session, Batch batch)
    {
        PublishWill(session, batch);
        session.HasEnded = true;
        state.Sessions.Remove(session);
        foreach (var grant in session.Subscriptions.All)
        {
            state.Subscriptions.Remove(session, grant.Subscription.Filter);
        }

        foreach (var message in session.Outgoing.All.OrderBy(message => message.Number))
        {
            distributor.PassOn(message, batch);
        }

        var rows = session.Outgoing.All.Select(message => message.Key).OfType<string>();
        batch.Changes.AddRange(rows.Select(key => new StateChange(key, Value: null)));
        if (session.Duplicates is { } duplicates)
        {
            batch.Changes.AddRange(duplicates.Clear());
            batch.Changes.AddRange(session.Received.Select(id => new StateChange(StoredRecord.ReceivedKey(session.ClientId, id), Value: null)));
        }

        if (session.IsStored)
        {
            batch.Changes.Add(new StateChange(StoredRecord.SessionKey(session.ClientId), Value: null));
            batch.Changes.AddRange(session.Subscriptions.All.Select(
                grant => new StateChange(StoredRecord.GrantKey(session.ClientId, grant.Subscription.Filter), Value: null)));
        }

        session.Dispose();
    }

    private void PublishWill(Session session, Batch batch)
    {
        if (session.Will is { } will)
        {
            session.Will = null;
            session.WillDue = null;
            if (session.Permissions.MayPublish(will.Topic))
            {
                distributor.PublishFromClient(ApplicationMessage.From(will, session.ClientId, state.Now), batch);
            }
            else
            {
                state.Lost("a will to a topic that its client may not publish to any more");
            }
        }
    }
}
