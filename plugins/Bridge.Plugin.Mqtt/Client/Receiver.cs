using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Hands the publishes of one connection to the inbox, a batch per read, without waiting for the one before; and acknowledges them in order, each
/// batch when it is stored. No more events than the host's window are handed over and not stored.
/// </summary>
internal sealed class Receiver(EndpointContext context, IInbox inbox, PacketWriter writer, Pings pings, SessionState session) : IDisposable
{
    private readonly Channel<Handed> _handed = Channel.CreateUnbounded<Handed>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly FirstPublishes _first = new(session.Window, context.Window);
    private readonly SemaphoreSlim _room = new(context.Window);
    private int _unacknowledged;

    /// <summary>True while the reader waits for our store, not for the broker.</summary>
    public bool IsFull => _room.CurrentCount == 0;

    /// <summary>Publishes in the order in which they came; called by one reader after each read, also when it brought none.</summary>
    /// <param name="arrived">The publishes.</param>
    /// <param name="released">The packet ids of PUBRELs, or null. They are of publishes that came long before.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task AcceptAsync(List<Arrived> arrived, List<ushort>? released, CancellationToken cancellationToken)
    {
        if (released is not null)
        {
            Release(released);
        }

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

    /// <summary>
    /// Runs until <see cref="Complete"/> and all is stored, or until something could not be stored: then the connection is to be dropped.
    /// </summary>
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
            Interlocked.Add(ref _unacknowledged, -handed.Publishes);
            foreach (var answer in handed.Answers)
            {
                writer.Enqueue(answer.ToPacket());
            }

            pings.Acknowledged(handed.Accepted, handed.Ask);
            if (handed.Count > 0)
            {
                _room.Release(handed.Count);
            }
        }
    }

    /// <summary>Nothing more will be handed over.</summary>
    public void Complete() => _handed.Writer.TryComplete();

    public void Dispose() => _room.Dispose();

    private void Hand(List<Arrived> part)
    {
        var now = context.Clock.GetUtcNow();
        var events = new List<Inbound>(part.Count);
        var answers = new List<Answer>(part.Count);
        var changes = new List<StateChange>();
        var (repeats, copies) = (0, 0);
        foreach (var (packet, processed, isWanted) in part)
        {
            if (packet.QoS != QoS.AtMostOnce)
            {
                answers.Add(new Answer(packet.QoS == QoS.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec, packet.PacketId));
            }

            if (IsRepeat(packet, processed, changes))
            {
                repeats++;
            }
            else if (!isWanted)
            {
                copies++;
            }
            else
            {
                events.Add(MqttMapper.ToInbound(packet, context.Id, now) with { Id = packet.QoS == QoS.AtLeastOnce ? session.Window.Event : null });
            }
        }

        Count("redelivered by the broker, stored before", repeats);
        Count("a second copy, for another route's overlapping topic filter", copies);
        Store(events, answers, changes, part.Count);
    }

    /// <summary>The events, what the window has seen, and the turn of the answers.</summary>
    private void Store(List<Inbound> events, List<Answer> answers, List<StateChange> changes, int count)
    {
        // Not more than the receive maximum, but Mosquitto 2.0 exceeds it after a reconnect, and to leave it would only repeat that.
        // What bounds our memory is the host's window, not the broker's care.
        session.Window.Saw(Interlocked.Add(ref _unacknowledged, answers.Count));
        if (session.Window.TakeRow() is { } row)
        {
            changes.Add(row);
        }

        // What holds only repeats needs no transaction of its own, but its turn.
        var stored = events.Count + changes.Count == 0 ? Task.CompletedTask : inbox.AcceptAsync(new InboundBatch(events, changes)).AsTask();
        _handed.Writer.TryWrite(new Handed(stored, answers, answers.Count, count, session.Window.Accepted, Ask: answers.Count > 0 && !session.Window.IsShown));
    }

    private void Count(string reason, int count)
    {
        if (count > 0)
        {
            context.Drops.Dropped(reason, count);
        }
    }

    private bool IsRepeat(PublishPacket packet, long processed, List<StateChange> changes) => packet.QoS switch
    {
        QoS.AtLeastOnce => session.Window.IsRepeat(packet, processed),
        QoS.ExactlyOnce => !session.Received.TryAdd(packet.PacketId, changes),
        _ => false,
    };

    /// <summary>PUBCOMP lets the broker use the ids again, so that they are forgotten is stored first.</summary>
    private void Release(List<ushort> packetIds)
    {
        var changes = new List<StateChange>(packetIds.Count);
        var answers = packetIds.ConvertAll(id => new Answer(
            PacketType.PubComp, id, session.Received.Release(id, changes) ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound));
        var stored = changes.Count == 0 ? Task.CompletedTask : inbox.AcceptAsync(new InboundBatch([], changes)).AsTask();
        _handed.Writer.TryWrite(new Handed(stored, answers, Publishes: 0, Count: 0, session.Window.Accepted, Ask: false));
    }

    /// <param name="Stored">Completes with the commit.</param>
    /// <param name="Answers">What is sent then.</param>
    /// <param name="Publishes">So many of them make room at the broker.</param>
    /// <param name="Count">So many places of the host's window are free then.</param>
    /// <param name="Accepted">Of the duplicate window, after these.</param>
    /// <param name="Ask">A PINGREQ follows.</param>
    private sealed record Handed(Task Stored, List<Answer> Answers, int Publishes, int Count, long Accepted, bool Ask);

    /// <summary>An acknowledgement that waits for its commit: a value, because thousands wait at a time.</summary>
    private readonly record struct Answer(PacketType Type, ushort PacketId, ReasonCode Reason = ReasonCode.Success)
    {
        public MqttPacket ToPacket() => Type switch
        {
            PacketType.PubAck => new PubAckPacket { PacketId = PacketId },
            PacketType.PubRec => new PubRecPacket { PacketId = PacketId },
            _ => new PubCompPacket { PacketId = PacketId, Reason = Reason },
        };
    }
}
