using System.Net.Sockets;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Serves one connection from its CONNECT to its end. What a client does wrong ends here, and only its own connection suffers.</summary>
internal sealed class ClientLoop(
    BrokerState state, Handshake handshake, ClientProtocol protocol, SessionRegistry sessions, Outlet outlet, IntakeWindow window, BrokerLog log)
{
    /// <summary>Answers that a client does not fetch. Beyond this it is not read any more until it does.</summary>
    private const int MaxUnsentAnswers = 2000;

    public async Task ServeAsync(ClientConnection connection, CancellationToken stopping)
    {
        try
        {
            await TalkAsync(connection, stopping);
        }
        catch (MqttProtocolException fault)
        {
            state.Context.Drops.Dropped("a client cut off: it broke the protocol or a limit");
            log.CutOff(NameOf(connection), fault.Reason, fault.Message);
            connection.Close(fault.Reason, fault.Message);
        }
        catch (Exception problem) when (problem is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client went without a word, or was told to go.
        }
        catch (Exception bug)
        {
            // Ours, not the client's; all other clients go on.
            log.Failed(bug);
        }
        finally
        {
            Leave(connection);
            await connection.DisposeAsync();
        }
    }

    private async Task TalkAsync(ClientConnection connection, CancellationToken stopping)
    {
        var packets = new List<MqttPacket>();
        if (!await connection.ReadAsync(packets) || !await TryConnectAsync(connection, packets[0]))
        {
            return;
        }

        packets.RemoveAt(0);
        await HandleAsync(connection, packets, stopping);
        var more = true;
        while (more)
        {
            packets.Clear();
            MqttProtocolException? fault = null;
            try
            {
                more = await connection.ReadAsync(packets);
            }
            catch (MqttProtocolException malformed)
            {
                fault = malformed;
            }

            // What came before the malformed packet was said, and counts.
            await HandleAsync(connection, packets, stopping);
            if (fault is not null)
            {
                throw fault;
            }

            if (connection.Unsent > state.Limits.Queue + MaxUnsentAnswers)
            {
                await connection.FlushAsync();
            }
        }
    }

    private async ValueTask<bool> TryConnectAsync(ClientConnection connection, MqttPacket first)
    {
        if (first is not ConnectPacket connect)
        {
            throw MqttProtocolException.ProtocolError("a client did not begin with CONNECT");
        }

        connection.Open();
        var reason = await handshake.ConnectAsync(connection, connect);
        if (reason == ReasonCode.Success)
        {
            log.Connected(NameOf(connection));
            return true;
        }

        log.Refused(reason, RefusalCure.Of(reason, anonymous: connect.Username is null));
        connection.Send(new ConnAckPacket { Reason = reason, Properties = Reasons.Of(RefusalCure.ForClient(reason)) });
        return false;
    }

    private async ValueTask HandleAsync(ClientConnection connection, List<MqttPacket> packets, CancellationToken stopping)
    {
        for (var at = 0; at < packets.Count;)
        {
            var (until, places) = Part(packets, at);
            await window.EnterAsync(places, stopping);
            Step(connection, packets, at, until, new Batch { Places = places });
            at = until;
        }
    }

    /// <summary>As many packets as make at most a window of what is to be stored.</summary>
    private (int Until, int Places) Part(List<MqttPacket> packets, int from)
    {
        var places = 0;
        var until = from;
        while (until < packets.Count && (!IsStored(packets[until]) || places < window.Size))
        {
            places += IsStored(packets[until++]) ? 1 : 0;
        }

        return (until, places);
    }

    private static bool IsStored(MqttPacket packet) => packet is PublishPacket or SubscribePacket or UnsubscribePacket;

    private void Step(ClientConnection connection, List<MqttPacket> packets, int from, int until, Batch batch)
    {
        try
        {
            StepLocked(connection, packets, from, until, batch);
        }
        finally
        {
            batch.Afterwards.ForEach(static say => say());
        }
    }

    private void StepLocked(ClientConnection connection, List<MqttPacket> packets, int from, int until, Batch batch)
    {
        lock (state.Gate)
        {
            try
            {
                // Whoever has lost its session (displaced, or said DISCONNECT) is not listened to any more.
                for (var i = from; i < until && connection.Session is { } session && session.Owner == connection; i++)
                {
                    protocol.Handle(connection, session, packets[i], batch);
                }
            }
            finally
            {
                if (connection.Session?.Duplicates?.TakeRow() is { } row)
                {
                    batch.Changes.Add(row);
                }

                state.Journal.Submit(batch);
                // The client may have made room for what Bridge has to send.
                outlet.Retry();
            }
        }
    }

    private void Leave(ClientConnection connection)
    {
        lock (state.Gate)
        {
            var batch = new Batch();
            sessions.Leave(connection, withWill: true, batch);
            state.Journal.Submit(batch);
        }

        if (connection.Session is not null)
        {
            log.Disconnected(NameOf(connection));
        }
    }

    private static string NameOf(ClientConnection connection) => Mask.Of(connection.Session?.ClientId ?? "");
}
