using System.Security.Cryptography;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Answers a CONNECT: who the client is, what it may do, which session it gets.</summary>
internal sealed class Handshake(BrokerState state, AccessControl access, SessionRegistry sessions, Distributor distributor)
{
    /// <summary>Enough for speed, few enough for a small device.</summary>
    private const int MaxInFlight = 256;

    private const int MaxClientId = 256;

    /// <summary>Success when the client is connected; its CONNACK follows when its session is stored. Otherwise the refusal, to be sent as it is.</summary>
    public ReasonCode Connect(ClientConnection connection, ConnectPacket connect)
    {
        if (access.Admit(connect, connection.From) is not { } permissions)
        {
            return connect.Username is null ? ReasonCode.NotAuthorized : ReasonCode.BadUserNameOrPassword;
        }

        if (connect.ClientId.Length > MaxClientId || (connect.ClientId.Length == 0 && connect is { CleanStart: false, Version: ProtocolVersion.V311 }))
        {
            return ReasonCode.ClientIdentifierNotValid;
        }

        if (Refusal(connect, permissions) is { } refusal)
        {
            return refusal;
        }

        lock (state.Gate)
        {
            return Open(connection, connect, permissions);
        }
    }

    private static ReasonCode? Refusal(ConnectPacket connect, Permissions permissions)
    {
        if (connect.Properties.Text(PropertyId.AuthenticationMethod) is not null)
        {
            return ReasonCode.BadAuthenticationMethod;
        }

        if (connect.Will is { } will)
        {
            // 3.1.1 has no words for a lesser quality of service; there the will is published at QoS 1.
            return will.QoS == QoS.ExactlyOnce && connect.Version == ProtocolVersion.V5 ? ReasonCode.QoSNotSupported
                : !permissions.MayPublish(will.Topic) ? ReasonCode.NotAuthorized
                : null;
        }

        return null;
    }

    private ReasonCode Open(ClientConnection connection, ConnectPacket connect, Permissions permissions)
    {
        var old = state.Sessions.GetValueOrDefault(connect.ClientId);
        if (old is not null && old.Username != connect.Username && access.Knows(old.Username))
        {
            return ReasonCode.NotAuthorized;
        }

        if (old is null && state.Sessions.Count >= state.MaxSessions)
        {
            state.Context.Drops.Dropped("a connection refused: as many sessions as the broker keeps");
            return ReasonCode.QuotaExceeded;
        }

        var assigned = connect.ClientId.Length == 0 ? $"auto-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}" : null;
        var expiry = Expiry(connect);
        var batch = new Batch();
        var (session, present) = sessions.Open(connection, connect with { ClientId = assigned ?? connect.ClientId }, expiry, batch);
        connection.Session = session;
        connection.Permissions = permissions;
        connection.SendMaximum = (int)Math.Min(connect.Properties.Number(PropertyId.ReceiveMaximum) ?? MaxInFlight, MaxInFlight);
        connection.MaxPacketSize = connect.Properties.Number(PropertyId.MaximumPacketSize) ?? long.MaxValue;
        connection.Patience = connect.KeepAlive == 0 ? null : TimeSpan.FromSeconds(connect.KeepAlive * 1.5);
        var answer = new ConnAckPacket { SessionPresent = present, Properties = Offer(assigned) };
        batch.Effects.Add(() => Welcome(connection, session, answer));
        state.Journal.Submit(batch);
        return ReasonCode.Success;
    }

    /// <summary>A session of 3.1.1 that is not clean has no end.</summary>
    private static uint Expiry(ConnectPacket connect) => connect.Version == ProtocolVersion.V5
        ? connect.Properties.Number(PropertyId.SessionExpiryInterval) ?? 0
        : connect.CleanStart ? 0 : Session.NeverExpires;

    private MqttProperties Offer(string? assignedClientId)
    {
        var offer = new List<MqttProperty>
        {
            MqttProperty.Of(PropertyId.ReceiveMaximum, ReceiveLimits.ReceiveMaximum),
            MqttProperty.Of(PropertyId.MaximumQoS, 1),
            MqttProperty.Of(PropertyId.MaximumPacketSize, (uint)state.Limits.Packet.Bytes),
            MqttProperty.Of(PropertyId.SharedSubscriptionAvailable, 0),
        };
        if (assignedClientId is not null)
        {
            offer.Add(MqttProperty.Of(PropertyId.AssignedClientIdentifier, assignedClientId));
        }

        return new([.. offer]);
    }

    private void Welcome(ClientConnection connection, Session session, ConnAckPacket answer)
    {
        connection.Send(answer);
        if (session.Owner == connection)
        {
            session.Link = connection;
            distributor.Pump(session);
        }
    }
}
