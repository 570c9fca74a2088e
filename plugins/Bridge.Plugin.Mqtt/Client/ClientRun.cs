using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>One connection's life, from CONNACK to its end.</summary>
internal sealed class ClientRun(
    EndpointContext context, ClientSettings settings, BrokerLink link, PublishQueue queue, IInbox inbox, SessionState session)
{
    // Together well within the five seconds that stopping may take.
    private static readonly TimeSpan s_storing = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_parting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lookAtFiles = TimeSpan.FromSeconds(2);

    private readonly StateJournal _journal = new(inbox);
    private readonly ReceivedAliases _aliases = new(ClientSettings.TopicAliasMaximum);
    private readonly Pings _pings = new(link.Writer);
    private readonly Subscriber _subscriber = new(context, settings, inbox, link.Writer, queue.TakePacketId);
    private Overlaps _overlaps = new([]);

    /// <summary>Returns when stopping; throws when the connection is lost.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (!link.Grant.SessionPresent && (StateChange[])[.. session.Window.Clear(), .. session.Received.Clear()] is { Length: > 0 } cleared)
        {
            await inbox.AcceptAsync(new InboundBatch([], cleared));
        }

        link.Grant.Describe(settings).ForEach(context.Report);
        queue.Prepare(session.Sent, _journal);
        var (filters, before) = await _subscriber.LoadAsync(stopping);
        _overlaps = new Overlaps(Filters.Overlapping(filters));

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var receiver = new Receiver(context, inbox, link.Writer, _pings, session);
        var writing = link.Writer.RunAsync(CancellationToken.None);
        var acknowledging = receiver.AcknowledgeAsync();
        var reading = ReadAsync(receiver, ending.Token);
        var serving = ServeAsync(receiver, filters, before, ending.Token);
        await Task.WhenAny(reading, acknowledging, serving, writing, _journal.Failed);

        await ending.CancelAsync();
        queue.Disconnected();
        await Task.WhenAll(reading, serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        receiver.Complete();
        await SettleAsync(Task.WhenAll(acknowledging, _journal.Idle), s_storing);

        // The reader's reason first: a broker that says why it closes also breaks our writing.
        Task[] ends = [reading, acknowledging, serving, writing, _journal.Failed];
        var failure = ends.FirstOrDefault(end => end.IsFaulted)?.Exception!.InnerException;
        await PartAsync(failure, stopping.IsCancellationRequested, writing);
        if (!stopping.IsCancellationRequested)
        {
            throw failure is MqttConnectionException or MqttProtocolException
                ? failure
                : new MqttConnectionException("the connection to the broker was lost", failure);
        }
    }

    private async Task PartAsync(Exception? failure, bool stopping, Task writing)
    {
        if (failure is MqttProtocolException broken && settings.Version == ProtocolVersion.V5)
        {
            link.Writer.Enqueue(new DisconnectPacket { Reason = broken.Reason });
        }
        else if (stopping && (settings.Will is null || settings.Version == ProtocolVersion.V5))
        {
            // 3.1.1 has no word for a goodbye with a will: there the connection just ends.
            link.Writer.Enqueue(new DisconnectPacket { Reason = settings.Will is null ? ReasonCode.Success : ReasonCode.DisconnectWithWill });
        }

        link.Writer.Complete();
        await SettleAsync(writing, s_parting);
    }

    private async Task ReadAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        List<MqttPacket> packets = [.. link.Early];
        do
        {
            var publishes = new List<Arrived>(packets.Count);
            List<ushort>? released = null;
            foreach (var packet in packets)
            {
                if (packet is PubRelPacket release)
                {
                    (released ??= []).Add(release.PacketId);
                }
                else
                {
                    Take(packet, publishes);
                }
            }

            await receiver.AcceptAsync(publishes, released, cancellationToken);
            packets.Clear();
        }
        while (await ReadMoreAsync(packets, cancellationToken));
        throw new MqttConnectionException("the broker closed the connection") { IsSilentClose = true };
    }

    private async ValueTask<bool> ReadMoreAsync(List<MqttPacket> packets, CancellationToken cancellationToken)
    {
        try
        {
            return await link.Reader.ReadAsync(packets, cancellationToken);
        }
        catch (IOException problem)
        {
            throw new MqttConnectionException("the connection to the broker was lost", problem) { IsSilentClose = true };
        }
    }

    private void Take(MqttPacket packet, List<Arrived> publishes)
    {
        switch (packet)
        {
            case PublishPacket publish: Take(_aliases.Resolve(publish), publishes); break;
            case PubAckPacket ack: queue.Acknowledged(ack); break;
            case PubRecPacket ack: queue.Received(ack); break;
            case PubCompPacket ack: queue.Completed(ack); break;
            case SubAckPacket ack: _subscriber.Answered(ack.PacketId, ack.Reasons); break;
            case UnsubAckPacket ack: _subscriber.Answered(ack.PacketId, ack.Reasons); break;
            case PingRespPacket: _pings.Answered(); break;
            case DisconnectPacket disconnect:
                throw new MqttConnectionException($"the broker closed the connection: {ReasonText.Of(disconnect.Reason, disconnect.Properties)}");
            default: throw MqttProtocolException.ProtocolError("the broker sent a packet that only a client sends, or that answers nothing");
        }
    }

    private void Take(PublishPacket publish, List<Arrived> publishes) => publishes.Add(new(publish, _pings.Processed, _overlaps.IsWanted(publish)));

    private async Task ServeAsync(Receiver receiver, List<string> filters, List<string> before, CancellationToken cancellationToken)
    {
        await _subscriber.RunAsync(filters, before, link.Grant, cancellationToken);
        var announcing = AnnounceAsync(cancellationToken);
        queue.Connected(link.Writer, link.Grant);
        inbox.Connected();
        await await Task.WhenAny(ProbeAsync(receiver, cancellationToken), WatchCertificatesAsync(cancellationToken));
        await announcing;
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (settings.Birth is { } birth
                && await queue.SendAsync(birth, new DeliveryKey(EventId.New(context.Clock).ToString()), cancellationToken) is not SendResult.Delivered)
            {
                context.Drops.Dropped("the birth message, which the broker did not take: check 'birth' and what the broker's user may publish");
            }
        }
        catch (Exception problem) when (problem is MqttConnectionException or OperationCanceledException)
        {
            // The connection ended before; the next one begins with it again.
        }
    }

    /// <summary>A renewed certificate is used as soon as its files are whole; nothing is lost by connecting again.</summary>
    private async Task WatchCertificatesAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_lookAtFiles, context.Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (settings.Transport.IsSecure && settings.Certificates.AreRenewed())
            {
                throw new MqttConnectionException("the certificate files have changed: connecting again with them");
            }
        }
    }

    /// <summary>A PINGREQ twice per interval, also on a busy connection: it costs two bytes. Silence for more than the interval is the end.</summary>
    private async Task ProbeAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        if (link.Grant.KeepAlive == TimeSpan.Zero)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, cancellationToken);
        }

        using var timer = new PeriodicTimer(link.Grant.KeepAlive / 2, context.Clock);
        var (silent, heard) = (0, link.Reader.BytesRead);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            (silent, heard) = (link.Reader.BytesRead == heard && !receiver.IsFull ? silent + 1 : 0, link.Reader.BytesRead);
            if (silent > 2)
            {
                throw new MqttConnectionException("the broker has gone silent");
            }

            _pings.Ask();
        }
    }

    private async Task SettleAsync(Task task, TimeSpan patience) =>
        await task.WaitAsync(patience, context.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
