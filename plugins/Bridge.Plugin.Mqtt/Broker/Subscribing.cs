using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE. Called with the lock held.</summary>
internal sealed class Subscribing(BrokerState state, Replaying replaying, BrokerLog log)
{
    /// <summary>Deeper filters would only serve to make the tree of subscriptions deep.</summary>
    private const int MaxLevels = 128;

    /// <summary>In the log, for one user; all are counted.</summary>
    private const int RefusalsPerMinute = 10;

    private readonly TokenBuckets<string> _lines = new(state.Context.Clock);

    public void Subscribe(ClientConnection connection, Session session, SubscribePacket subscribe, Batch batch)
    {
        var identifier = subscribe.Properties.Number(PropertyId.SubscriptionIdentifier);
        var owed = new List<Replay>();
        var reasons = new ReasonCode[subscribe.Subscriptions.Count];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = Grant(session, new Grant(subscribe.Subscriptions[i], identifier), owed, batch);
        }

        var refusal = reasons.FirstOrDefault(reason => reason.IsFailure());
        if (refusal.IsFailure())
        {
            Report(session, refusal, reasons.Count(reason => reason.IsFailure()), batch);
        }

        var answer = new SubAckPacket
        {
            PacketId = subscribe.PacketId,
            Reasons = new(connection.Version == ProtocolVersion.V5 ? reasons : Array.ConvertAll(reasons, InWordsOf311)),
            Properties = Reasons.Of(WhyRefused(refusal)),
        };
        batch.Effects.Add(() => connection.Send(answer));
        if (owed.Count > 0)
        {
            batch.Effects.Add(() => replaying.Begin(session, owed));
        }
    }

    public void Unsubscribe(ClientConnection connection, Session session, UnsubscribePacket unsubscribe, Batch batch)
    {
        var reasons = new ReasonCode[unsubscribe.Filters.Count];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = Remove(session, unsubscribe.Filters[i], batch) ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted;
        }

        batch.Effects.Add(() => connection.Send(new UnsubAckPacket { PacketId = unsubscribe.PacketId, Reasons = new(reasons) }));
    }

    private ReasonCode Grant(Session session, Grant asked, List<Replay> owed, Batch batch)
    {
        var filter = asked.Subscription.Filter;
        var shared = SharedFilter.Of(filter);
        if (shared.Group is not null && asked.Subscription.NoLocal)
        {
            throw MqttProtocolException.ProtocolError("a client would share a subscription and not hear itself, which cannot be both");
        }

        if (Refusal(session, filter, shared) is { } refusal)
        {
            return refusal;
        }

        var before = session.Subscriptions.Find(filter);
        var isOwed = shared.Group is null && asked.Subscription.RetainHandling switch
        {
            RetainHandling.Always => true,
            RetainHandling.IfNew => before is null,
            _ => false,
        };
        if (before != asked)
        {
            session.Subscriptions.Set(asked);
            state.Subscriptions.Set(session, asked);
        }

        Save(session, asked, isChanged: before != asked, isOwed ? owed : null, batch);
        return (ReasonCode)asked.Subscription.QoS;
    }

    /// <summary>Writes what is not written already: a client that repeats itself costs nothing.</summary>
    /// <param name="session">Of the subscription.</param>
    /// <param name="grant">As it is now.</param>
    /// <param name="isChanged">It was another before.</param>
    /// <param name="owed">Where it is put when it is owed what is retained; null when it is not.</param>
    /// <param name="batch">Where the row goes.</param>
    private void Save(Session session, Grant grant, bool isChanged, List<Replay>? owed, Batch batch)
    {
        var filter = grant.Subscription.Filter;
        var wasOwed = session.Replays.GetValueOrDefault(filter) is { IsStored: true };
        // QoS 0 may be lost on the way, and so in a crash.
        var isOwed = wasOwed
            || (owed is not null && session.IsStored && grant.Subscription.QoS != QoS.AtMostOnce && state.Retained.Count > 0);
        if (session.IsStored && (isChanged || isOwed != wasOwed))
        {
            batch.Changes.Add(StoredRecord.Of(session, grant, isOwed));
        }

        if (owed is not null)
        {
            // One that is replayed already begins again.
            owed.Add(session.Replays[filter] = new Replay(grant, state.Retained.LastNumber, isOwed));
        }
    }

    private bool Remove(Session session, string filter, Batch batch)
    {
        if (!session.Subscriptions.Remove(filter))
        {
            return false;
        }

        session.Replays.Remove(filter);
        state.Subscriptions.Remove(session, filter);
        if (session.IsStored)
        {
            batch.Changes.Add(new StateChange(StoredRecord.GrantKey(session.ClientId, filter), Value: null));
        }

        return true;
    }

    private static ReasonCode? Refusal(Session session, string filter, SharedFilter shared)
    {
        if (!shared.IsValid || filter.AsSpan().Count('/') >= MaxLevels)
        {
            return ReasonCode.TopicFilterInvalid;
        }

        return !session.Permissions.MaySubscribe(shared.Topics) ? ReasonCode.NotAuthorized
            : session.Subscriptions.HasRoomFor(filter) ? null
            : ReasonCode.QuotaExceeded;
    }

    /// <summary>One line for the packet, and not for any number of packets.</summary>
    private void Report(Session session, ReasonCode reason, int count, Batch batch)
    {
        state.Context.Drops.Dropped("a subscription refused: not allowed, ill-formed or too many", count);
        if (_lines.TryTake(session.Username ?? "", RefusalsPerMinute))
        {
            batch.Afterwards.Add(() => log.SubscriptionRefused(Mask.Of(session.ClientId), count, reason));
        }
    }

    private static ReasonCode InWordsOf311(ReasonCode reason) => reason.IsFailure() ? ReasonCode.UnspecifiedError : reason;

    private static string? WhyRefused(ReasonCode reason) => reason switch
    {
        ReasonCode.NotAuthorized => "the user may not subscribe to a filter as wide as this",
        ReasonCode.TopicFilterInvalid => $"a filter has at most {MaxLevels} levels, and a shared one is $share/group/filter",
        ReasonCode.QuotaExceeded => $"a client has at most {Grants.MaxCount} subscriptions, of together {Grants.MaxLength} characters",
        _ => null,
    };
}
