using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>
/// The claim of docs/decisions/0201, played: a peer keeps to the receive maximum, repeats what is unacknowledged, in order, after each loss of the connection or
/// crash of ours, and may give out ids before it sends. All payloads are the same, so only the ids tell. Nothing is ever lost; a peer that numbers in sequence
/// doubles only before it has shown that.
/// </summary>
public sealed class DuplicateSimulationTests
{
    private const int Capacity = 10;

    public enum Numbering
    {
        Sequence,
        LowestFree,
        LastFreed,
        Ring10,
        Ring15,
        Ring25,
    }

    [Theory]
    [InlineData(Numbering.Sequence, 0, 50)]
    [InlineData(Numbering.Sequence, 30, 50)]
    [InlineData(Numbering.LowestFree, 0)]
    [InlineData(Numbering.LowestFree, 4)]
    [InlineData(Numbering.LowestFree, 30)]
    [InlineData(Numbering.LastFreed, 0)]
    [InlineData(Numbering.Ring10, 0)]
    [InlineData(Numbering.Ring15, 0)]
    [InlineData(Numbering.Ring25, 0)]
    [InlineData(Numbering.Ring25, 10)]
    public async Task Nothing_is_lost_and_sequence_prevents_doubles(Numbering numbering, int ahead, int doubles = int.MaxValue)
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var run = new Simulation(numbering, ahead, new Random(seed));
            for (var connection = 0; connection < 100; connection++)
            {
                await run.ConnectAsync();
            }

            Assert.Equal([], run.Lost);
            Assert.InRange(run.Doubles, 0, doubles);
        }
    }

    /// <param name="numbering">How the peer chooses ids.</param>
    /// <param name="ahead">So many messages may have an id before they may be sent.</param>
    /// <param name="random">All chance.</param>
    private sealed class Simulation(Numbering numbering, int ahead, Random random)
    {
        private readonly HostMemory _memory = new();
        private readonly List<int> _accepted = [];
        private readonly Queue<(ushort Id, int Message)> _numbered = new();
        private readonly List<(ushort Id, int Message)> _unacknowledged = [];
        private readonly Stack<ushort> _freed = new();
        private ushort _lastId;
        private int _next;

        public IEnumerable<int> Lost => Enumerable.Range(0, _next)
            .Except(_accepted).Except(_unacknowledged.Select(sent => sent.Message)).Except(_numbered.Select(waiting => waiting.Message));

        public int Doubles => _accepted.Count - _accepted.Distinct().Count();

        public async Task ConnectAsync()
        {
            using var window = new DuplicateWindow("w/", Capacity, proof: Capacity, TimeProvider.System);
            await window.LoadAsync(_memory, TestContext.Current.CancellationToken);
            var wire = new Queue<(ushort Id, int Message, bool Dup)>(_unacknowledged.Select(sent => (sent.Id, sent.Message, true)));
            var (acknowledged, processed) = (new Queue<long>(), 0L);
            for (var round = random.Next(8); round > 0; round--)
            {
                Send(wire);
                var arrived = new List<int>();
                for (var count = random.Next(wire.Count + 1); count > 0; count--)
                {
                    var (id, message, dup) = wire.Dequeue();
                    var publish = new PublishPacket { Topic = "t", PacketId = id, QoS = QoS.AtLeastOnce, Payload = Payload.FromText("same"), Dup = dup };
                    arrived.AddRange(window.IsRepeat(publish, processed) ? [] : [message]);
                    acknowledged.Enqueue(window.Accepted);
                }

                if (random.Next(10) == 0)
                {
                    return; // a crash before the commit
                }

                _accepted.AddRange(arrived);
                await _memory.CommitAsync(new InboundBatch([], window.TakeRow() is { } row ? [row] : []));
                for (var count = random.Next(acknowledged.Count + 1); count > 0; count--)
                {
                    var known = acknowledged.Dequeue();
                    _freed.Push(_unacknowledged[0].Id);
                    _unacknowledged.RemoveAt(0);
                    // Its PINGRESP came, after all that was sent before it, unless the peer is one that lets it overtake.
                    processed = random.Next(3) == 0 && (ahead > 0 || wire.Count == 0) ? known : processed;
                }
            }
        }

        private void Send(Queue<(ushort Id, int Message, bool Dup)> wire)
        {
            while (_numbered.Count + _unacknowledged.Count < Capacity + ahead && random.Next(8) > 0)
            {
                _lastId = NextId();
                _numbered.Enqueue((_lastId, _next++));
            }

            while (_unacknowledged.Count < Capacity && (ahead == 0 || random.Next(4) > 0) && _numbered.TryDequeue(out var send))
            {
                _unacknowledged.Add(send);
                wire.Enqueue((send.Id, send.Message, false));
            }
        }

        private ushort NextId() => numbering switch
        {
            Numbering.Sequence => After(65_535),
            Numbering.LowestFree => Enumerable.Range(1, 65_535).Select(id => (ushort)id).First(IsFree),
            Numbering.LastFreed => _freed.TryPop(out var freed) ? freed : (ushort)(_unacknowledged.Count + _numbered.Count + 1),
            Numbering.Ring10 => After(10),
            Numbering.Ring15 => After(15),
            _ => After(25),
        };

        private bool IsFree(ushort id) => _unacknowledged.All(sent => sent.Id != id) && _numbered.All(waiting => waiting.Id != id);

        private ushort After(int ids)
        {
            var id = _lastId;
            do
            {
                id = (ushort)((id % ids) + 1);
            }
            while (!IsFree(id));

            return id;
        }
    }
}
