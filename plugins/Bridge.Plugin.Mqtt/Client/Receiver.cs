using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Hands the publishes of one connection to the inbox, a batch per read, without waiting for the one before; and acknowledges them in order, each batch when
/// it is stored. No more events than the host's window are handed over and not stored.
/// </summary>
internal sealed class Receiver(EndpointContext context, IInbox inbox, PacketWriter writer, Pings pings, DuplicateWindow window) : IDisposable
{
    private readonly Channel<Handed> _handed = Channel.CreateUnbounded<Handed>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly FirstPublishes _first = new(window, context.Window);
    private readonly SemaphoreSlim _room = new(context.Window);
    private int _unacknowledged;

    /// <summary>True while the reader waits for our store, not for the broker.</summary>
    public bool IsFull => _room.CurrentCount == 0;

    /// <summary>Publishes in the order in which they came; called by one reader after each read, also when it brought none.</summary>
    public async Task AcceptAsync(List<Arrived> arrived, CancellationToken cancellationToken)
    {
        _first.Add(arrived);
        while (_first.Take(pings.Processed) is { Count: > 0 } part)
        {
            for (var i = 0; i < part.Count; i++)
            {
                await _room.WaitAsync(cancellationToken);
            }

            Hand(part);
        }
    }

    /// <summary>Runs until <see cref="Complete"/> and all is stored, or until something could not be stored: then the connection is to be dropped.</summary>
    public async Task AcknowledgeAsync()
    {
        await foreach (var handed in _handed.Reader.ReadAllAsync())
        {
            try
            {
                await handed.Stored;
            }
            catch (Exception problem)
            {
                throw new MqttConnectionException("messages could not be stored; the broker will send them again", problem);
            }

            // Before the acknowledgement leaves: the broker may use the place at once.
            Interlocked.Add(ref _unacknowledged, -handed.PacketIds.Count);
            handed.PacketIds.ForEach(id => writer.Enqueue(new PubAckPacket { PacketId = id }));
            pings.Acknowledged(handed.Accepted, handed.Ask);
            _room.Release(handed.Count);
        }
    }

    /// <summary>Nothing more will be handed over.</summary>
    public void Complete() => _handed.Writer.TryComplete();

    public void Dispose() => _room.Dispose();

    private void Hand(List<Arrived> part)
    {
        var now = context.Clock.GetUtcNow();
        var events = new List<Inbound>(part.Count);
        var ids = new List<ushort>(part.Count);
        var repeats = 0;
        foreach (var (packet, processed) in part)
        {
            Check(packet);
            EventId? id = null;
            if (packet.QoS == QoS.AtLeastOnce)
            {
                ids.Add(packet.PacketId);
                if (window.IsRepeat(packet, processed))
                {
                    repeats++;
                    continue;
                }

                id = window.Event;
            }

            events.Add(MqttMapper.ToInbound(packet, context.Id, now) with { Id = id });
        }

        if (repeats > 0)
        {
            context.Drops.Dropped("redelivered by the broker, stored before", repeats);
        }

        // Not more than the receive maximum, but Mosquitto 2.0 exceeds it after a reconnect, and to leave it would only repeat that.
        // What bounds our memory is the host's window, not the broker's care.
        window.Saw(Interlocked.Add(ref _unacknowledged, ids.Count));

        // What holds only repeats needs no transaction of its own, but its turn.
        var stored = events.Count == 0 ? Task.CompletedTask : Store(events);
        _handed.Writer.TryWrite(new Handed(stored, ids, part.Count, window.Accepted, Ask: ids.Count > 0 && !window.IsShown));
    }

    private Task Store(List<Inbound> events)
    {
        StateChange[] state = window.TakeRow() is { } row ? [row] : [];
        return inbox.AcceptAsync(new InboundBatch(events, state)).AsTask();
    }

    private static void Check(PublishPacket packet)
    {
        if (packet.QoS == QoS.ExactlyOnce)
        {
            throw new MqttProtocolException(ReasonCode.QoSNotSupported, "the broker sent QoS 2 on a subscription of QoS 1");
        }

        if (packet.Properties.Number(PropertyId.TopicAlias) is not null)
        {
            throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, "the broker used a topic alias though none is allowed");
        }
    }

    private sealed record Handed(Task Stored, List<ushort> PacketIds, int Count, long Accepted, bool Ask);
}
