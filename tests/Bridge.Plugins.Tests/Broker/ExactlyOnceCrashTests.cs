using System.Collections.Concurrent;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>QoS 2 while the broker is killed at any moment: what a commit does not hold is gone, connections with it, and still each message comes once.</summary>
public sealed class ExactlyOnceCrashTests
{
    private const int Count = 150;
    private const int Kills = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Each_message_is_one_event_and_reaches_its_subscriber_once(int seed)
    {
        var random = new Random(seed);
        var events = new List<string>();
        var publisher = new Publisher();
        var subscriber = new Subscriber();
        var memory = new HostMemory();
        for (var kill = 0; kill < Kills || subscriber.Received.Count < Count; kill++)
        {
            var killed = false;
            memory.BeforeCommit = _ => Volatile.Read(ref killed) ? throw new IOException("killed by the test") : Task.CompletedTask;
            var broker = await RunningBroker.StartAsync(memory: memory);
            if (kill == 0)
            {
                await Subscriber.SubscribeAsync(broker.Port);
            }

            using var over = new CancellationTokenSource();
            Task[] clients = [subscriber.RunAsync(broker.Port, over.Token), publisher.RunAsync(broker.Port, over.Token)];
            var until = kill < Kills - 1 ? (subscriber.Received.Count + random.Next(1, Count / Kills)) : Count;
            await broker.UntilAsync(_ => subscriber.Received.Count >= Math.Min(until, Count), $"{until} messages");
            Volatile.Write(ref killed, true);
            await over.CancelAsync();
            await Task.WhenAll(clients);
            await broker.DisposeAsync();
            memory = broker.Survivor();
            events.AddRange(broker.Texts);
        }

        var all = Enumerable.Range(0, Count).Select(i => $"{i}").ToList();
        Assert.Equal(all, subscriber.Received);
        Assert.Equal(all, events);
    }

    /// <summary>A connection of a kept session; an end of it where there is no broker any more.</summary>
    private static async Task<RawClient> ConnectAsync(int port, string clientId)
    {
        var client = await RawClient.OpenAsync(port);
        await client.SendAsync(RawClient.Hello(clientId, clean: false, expiry: 600));
        return await client.ReadAsync() is ConnAckPacket ? client : throw new IOException("The broker was killed.");
    }

    /// <summary>Has three messages under way, and goes on where it stood.</summary>
    private sealed class Publisher
    {
        private const int Ahead = 3;
        private readonly SortedDictionary<int, bool> _pending = [];
        private int _next;

        public async Task RunAsync(int port, CancellationToken over)
        {
            try
            {
                await using var client = await ConnectAsync(port, "publisher");
                await using var ending = over.Register(() => _ = client.DisposeAsync().AsTask());
                foreach (var (number, released) in _pending)
                {
                    await client.SendAsync(released ? new PubRelPacket { PacketId = IdOf(number) } : RawClient.Once("a", $"{number}", IdOf(number), dup: true));
                }

                await ProceedAsync(client);
                while (_pending.Count > 0 && await client.ReadAsync() is AckPacket answer)
                {
                    var number = _pending.Keys.Single(number => IdOf(number) == answer.PacketId);
                    if (answer is PubRecPacket)
                    {
                        _pending[number] = true;
                        await client.SendAsync(new PubRelPacket { PacketId = answer.PacketId });
                    }
                    else
                    {
                        _pending.Remove(number);
                        await ProceedAsync(client);
                    }
                }
            }
            catch (Exception problem) when (problem is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // Killed in the middle of it.
            }
        }

        /// <summary>Few ids, so that each serves many messages.</summary>
        private static ushort IdOf(int number) => (ushort)((number % Ahead) + 1);

        private async Task ProceedAsync(RawClient client)
        {
            while (_next < Count && !_pending.Keys.Any(number => IdOf(number) == IdOf(_next)))
            {
                _pending[_next] = false;
                await client.SendAsync(RawClient.Once("a", $"{_next}", IdOf(_next++)));
            }
        }
    }

    /// <summary>Remembers the ids of what it has not released, and nothing else.</summary>
    private sealed class Subscriber
    {
        private readonly HashSet<ushort> _known = [];

        public ConcurrentQueue<string> Received { get; } = new();

        public static async Task SubscribeAsync(int port)
        {
            await using var client = await ConnectAsync(port, "subscriber");
            await client.SubscribeAsync("a", QoS.ExactlyOnce);
            await client.DisconnectAsync();
        }

        public async Task RunAsync(int port, CancellationToken over)
        {
            try
            {
                await using var client = await ConnectAsync(port, "subscriber");
                await using var ending = over.Register(() => _ = client.DisposeAsync().AsTask());
                while (await client.ReadAsync() is not (null or DisconnectPacket) and var packet)
                {
                    await AnswerAsync(client, packet);
                }
            }
            catch (Exception problem) when (problem is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // Killed in the middle of it.
            }
        }

        private async Task AnswerAsync(RawClient client, MqttPacket packet)
        {
            if (packet is PublishPacket publish)
            {
                if (_known.Add(publish.PacketId))
                {
                    Received.Enqueue(RawClient.TextOf(publish));
                }

                await client.SendAsync(new PubRecPacket { PacketId = publish.PacketId });
            }
            else
            {
                var release = Assert.IsType<PubRelPacket>(packet);
                _known.Remove(release.PacketId);
                await client.SendAsync(new PubCompPacket { PacketId = release.PacketId });
            }
        }
    }
}
