using System.Globalization;
using System.Security.Cryptography;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Answers a CONNECT: who the client is, what it may do, which session it gets.</summary>
internal sealed class Handshake(BrokerState state, AccessControl access, SessionRegistry sessions, Courier courier, Replaying replaying)
{
    private const int MaxClientId = 256;

    private readonly TokenBuckets<string> _connects = new(state.Context.Clock);

    /// <summary>
    /// Success when the client is connected; its CONNACK follows when its session is stored. Otherwise the refusal, to be sent as it is.
    /// </summary>
    public async ValueTask<ReasonCode> ConnectAsync(ClientConnection connection, ConnectPacket connect)
    {
        state.Figures.Connects.Add();
        if (Refusal(connect) is { } refusal)
        {
            return Refuse(refusal);
        }

        var settings = state.Settings;
        var admitted = await access.AdmitAsync(connect, connection);
        if (admitted != ReasonCode.Success)
        {
            return Refuse(admitted);
        }

        lock (state.Gate)
        {
            // A password may take a while to check, and the users may have changed meanwhile.
            var known = connection.CertificateUser is { } name ? connect with { Username = name } : connect;
            return settings == state.Settings || access.MayStay(known.Username, connection, settings.Options)
                ? Open(connection, known)
                : Refuse(ReasonCode.NotAuthorized);
        }
    }

    private ReasonCode Refuse(ReasonCode reason)
    {
        state.Context.Drops.Dropped("a connection refused: its login, its client id or its will");
        return reason;
    }

    private static ReasonCode? Refusal(ConnectPacket connect)
    {
        if (connect.ClientId.Length > MaxClientId || (connect.ClientId.Length == 0 && connect is { CleanStart: false, Version: ProtocolVersion.V311 }))
        {
            return ReasonCode.ClientIdentifierNotValid;
        }

        return connect.Properties.Text(PropertyId.AuthenticationMethod) is null ? null : ReasonCode.BadAuthenticationMethod;
    }

    private ReasonCode Open(ClientConnection connection, ConnectPacket connect)
    {
        var old = state.Sessions.Find(connect.ClientId);
        // Who proves a name may have the client id of somebody who did not; never his session.
        if (old is { Username: { } owner } && owner != connect.Username && access.Knows(owner))
        {
            return Refuse(ReasonCode.NotAuthorized);
        }

        if (connect.Will is { } will && !access.PermissionsOf(connect.Username, connect.ClientId).MayPublish(will.Topic))
        {
            return Refuse(ReasonCode.NotAuthorized);
        }

        if (Excess(old, connect.Username) is { } excess)
        {
            return excess;
        }

        // Two devices with one client id throw each other out for ever; only the pace of it can be helped.
        if (connect.ClientId.Length > 0 && !_connects.TryTake(connect.ClientId, state.Limits.Connects))
        {
            state.Context.Drops.Dropped("a connection refused: its client id connects more often than limits.connects");
            return ReasonCode.ConnectionRateExceeded;
        }

        Open(connection, connect, connect.ClientId.Length == 0 ? $"auto-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}" : null);
        return ReasonCode.Success;
    }

    private ReasonCode? Excess(Session? old, string? username)
    {
        if (old?.Owner is null && state.Sessions.Connected >= state.Limits.Clients)
        {
            state.Context.Drops.Dropped("a connection refused: as many clients as limits.clients are connected");
            return ReasonCode.ServerBusy;
        }

        if (old?.Owner is null && state.Sessions.ConnectedOf(username) >= access.ShareOf(state.Limits))
        {
            state.Context.Drops.Dropped("a connection refused: its user has as many clients connected as limits.user_clients");
            return ReasonCode.QuotaExceeded;
        }

        if (old is null && state.Sessions.CountOf(username) >= state.Limits.Sessions)
        {
            state.Context.Drops.Dropped("a connection refused: its user has as many sessions as limits.sessions");
            return ReasonCode.QuotaExceeded;
        }

        return null;
    }

    private void Open(ClientConnection connection, ConnectPacket connect, string? assigned)
    {
        var keepAlive = KeepAlive(connect);
        var known = connect with { ClientId = assigned ?? connect.ClientId, KeepAlive = keepAlive ?? connect.KeepAlive };
        var batch = new Batch();
        var (session, present) = sessions.Open(connection, known, Expiry(connect), batch);
        connection.Session = session;
        connection.Terms = ClientTerms.Of(connect, state.Limits);
        connection.Patience = known.KeepAlive == 0 ? null : TimeSpan.FromSeconds(known.KeepAlive * 1.5);
        var answer = new ConnAckPacket { SessionPresent = present, Properties = Offer(connect, session, assigned, keepAlive) };
        batch.Effects.Add(() => Welcome(connection, session, answer));
        state.Journal.Submit(batch);
    }

    /// <summary>What the client is told to use instead of its own; null when its own will do. 3.1.1 has no words for it.</summary>
    private ushort? KeepAlive(ConnectPacket connect)
    {
        var longest = (ushort)state.Limits.KeepAlive.TotalSeconds;
        return longest > 0 && connect.Version == ProtocolVersion.V5 && (connect.KeepAlive == 0 || connect.KeepAlive > longest) ? longest : null;
    }

    /// <summary>A session of 3.1.1 that is not clean has no end.</summary>
    private static uint Expiry(ConnectPacket connect) => connect.Version == ProtocolVersion.V5
        ? connect.Properties.Number(PropertyId.SessionExpiryInterval) ?? 0
        : connect.CleanStart ? 0 : Session.NeverExpires;

    private MqttProperties Offer(ConnectPacket connect, Session session, string? assignedClientId, ushort? keepAlive)
    {
        var offer = new List<MqttProperty>
        {
            MqttProperty.Of(PropertyId.ReceiveMaximum, ReceiveLimits.ReceiveMaximum),
            MqttProperty.Of(PropertyId.MaximumPacketSize, (uint)state.Limits.Packet.Bytes),
            MqttProperty.Of(PropertyId.TopicAliasMaximum, ClientTerms.TopicAliases),
        };
        if (assignedClientId is not null)
        {
            offer.Add(MqttProperty.Of(PropertyId.AssignedClientIdentifier, assignedClientId));
        }

        if (keepAlive is { } seconds)
        {
            offer.Add(MqttProperty.Of(PropertyId.ServerKeepAlive, seconds));
        }

        if (connect.Properties.Number(PropertyId.RequestResponseInformation) == 1 && ResponsesOf(session) is { } responses)
        {
            offer.Add(MqttProperty.Of(PropertyId.ResponseInformation, responses));
        }

        return new([.. offer]);
    }

    /// <summary>Topics below which nobody else is answered; null when the client may not hear there.</summary>
    private static string? ResponsesOf(Session session)
    {
        var root = string.Create(CultureInfo.InvariantCulture, $"response/{session.ClientId}");
        return !root.AsSpan().ContainsAny('+', '#') && session.Permissions.MaySubscribe(root + "/#") ? root : null;
    }

    private void Welcome(ClientConnection connection, Session session, ConnAckPacket answer)
    {
        connection.Send(answer);
        if (session.Owner == connection)
        {
            session.Link = connection;
            courier.Pump(session);
            replaying.Resume(session);
        }
    }
}
