using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Does what a connected client asks. Called with the lock held, and with the packets of one read for one batch.</summary>
internal sealed class ClientProtocol(Publishing publishing, Subscribing subscribing, Courier courier, SessionRegistry sessions)
{
    /// <summary>Throws <see cref="MqttProtocolException"/> where the client breaks the protocol; what came before it stands in the batch.</summary>
    public void Handle(ClientConnection connection, Session session, MqttPacket packet, Batch batch)
    {
        switch (packet)
        {
            case PublishPacket publish: publishing.Publish(connection, session, connection.Aliases.Resolve(publish), batch); break;
            case PubAckPacket acknowledgement: courier.Acknowledge(session, acknowledgement); break;
            case PubRecPacket received: courier.Received(connection, session, received, batch); break;
            case PubRelPacket release: Publishing.Release(connection, session, release, batch); break;
            case PubCompPacket completion: courier.Complete(session, completion); break;
            case PingReqPacket: connection.Send(new PingRespPacket()); break;
            case SubscribePacket subscribe: subscribing.Subscribe(connection, session, subscribe, batch); break;
            case UnsubscribePacket unsubscribe: subscribing.Unsubscribe(connection, session, unsubscribe, batch); break;
            case DisconnectPacket disconnect: Disconnect(connection, session, disconnect, batch); break;
            case AuthPacket: throw new MqttProtocolException(ReasonCode.BadAuthenticationMethod, "a client would authenticate again, which it may not");
            default: throw MqttProtocolException.ProtocolError("a client sent a packet that it may not send now");
        }
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
