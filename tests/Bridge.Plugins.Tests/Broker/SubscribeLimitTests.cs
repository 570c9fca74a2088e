using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Mqtt;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>What a client subscribes to costs the broker no more memory, disk and log than it is allowed.</summary>
public sealed class SubscribeLimitTests
{
    private const int Retained = 200;
    private const int Queue = 10;

    [Fact]
    public async Task A_storm_of_SUBSCRIBEs_loses_nobody_a_retained_message_and_multiplies_none()
    {
        await using var broker = await RetainAsync(QoS.AtMostOnce);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("storm"));
        await client.SendAsync([.. Enumerable.Repeat(ToAll(QoS.AtMostOnce), 2000), new PingReqPacket()]);
        var (answers, topics) = (0, new List<string>());
        while (answers < 2000 || topics.Distinct().Count() < Retained)
        {
            var packet = await client.ReadAsync();
            answers += packet is SubAckPacket ? 1 : 0;
            if (packet is PublishPacket publish)
            {
                topics.Add(publish.Topic);
            }
        }

        Assert.InRange(topics.Count, Retained, 2000 * Retained / 20);
        Assert.Empty(broker.Memory.Dropped);
    }

    [Fact]
    public async Task Retained_messages_wait_within_the_limits_of_the_queue_and_all_arrive()
    {
        await using var broker = await RetainAsync(QoS.AtLeastOnce);
        var most = 0;
        broker.Memory.AfterCommit = _ =>
        {
            most = Math.Max(most, broker.Memory.State.Keys.Count(key => key.StartsWith("queue/", StringComparison.Ordinal)));
            return Task.CompletedTask;
        };
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c", expiry: 100));
        await client.SubscribeAsync("r/#");
        Assert.Equal(Retained, (await TopicsAsync(client, Retained)).Count);
        await client.NothingMoreAsync();
        Assert.InRange(most, 1, 2 * Queue);
        Assert.Empty(broker.Memory.Dropped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retained_messages_that_are_owed_survive_a_lost_connection_and_a_killed_process(bool killed)
    {
        await using var broker = await RetainAsync(QoS.AtLeastOnce);
        var hello = RawClient.Hello("c", clean: false, expiry: 100);
        HashSet<string> topics;
        HostMemory survivor;
        await using (var first = await RawClient.ConnectAsync(broker.Port, hello))
        {
            await first.SubscribeAsync("r/#");
            topics = await TopicsAsync(first, Retained / 4);
            survivor = broker.Survivor();
        }

        await using var next = killed ? await RunningBroker.StartAsync(Limited, survivor) : null;
        await using var second = await RawClient.ConnectAsync((next ?? broker).Port, hello);
        Assert.True(second.Answer.SessionPresent);
        while (topics.Count < Retained)
        {
            topics.Add((await second.ReceiveAsync()).Topic);
        }
    }

    [Fact]
    public async Task A_retained_message_that_changes_during_the_replay_arrives_once_and_last()
    {
        await using var broker = await RetainAsync(QoS.AtLeastOnce);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        await client.SubscribeAsync("r/#");
        await broker.Send($"r/{Retained - 1}", "new", new Property("retain", "true"));
        var texts = new List<string>();
        for (var i = 0; i < Retained; i++)
        {
            var message = await client.ReceiveAsync();
            if (message.Topic == $"r/{Retained - 1}")
            {
                texts.Add(RawClient.TextOf(message));
            }
        }

        Assert.Equal(["new"], texts);
        await client.NothingMoreAsync();
    }

    [Fact]
    public async Task One_more_subscription_writes_itself_and_not_all_others()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c", clean: false, expiry: 100));
        await client.SubscribeAsync([.. Enumerable.Range(0, 500).Select(i => new Subscription($"some/longer/filter/{i}", QoS.AtLeastOnce))]);
        var written = 0;
        broker.Memory.AfterCommit = batch =>
        {
            written += batch.State.Sum(change => change.Value?.Length ?? 0);
            return Task.CompletedTask;
        };
        for (var i = 0; i < 100; i++)
        {
            await client.SubscribeAsync("again");
        }

        Assert.InRange(written, 1, 1000);
        for (var i = 0; i < 100; i++)
        {
            await client.SubscribeAsync($"another/{i}");
        }

        Assert.InRange(written, 1, 20_000);
        await using var next = await RunningBroker.StartAsync(memory: broker.Survivor());
        await using var back = await RawClient.ConnectAsync(next.Port, RawClient.Hello("c", clean: false, expiry: 100));
        foreach (var topic in (string[])["some/longer/filter/499", "again", "another/99"])
        {
            await next.Send(topic, topic);
            Assert.Equal(topic, await back.ReceiveTextAsync());
        }
    }

    [Fact]
    public async Task Refused_filters_are_one_line_of_the_log_and_few_in_a_minute_and_nobody_waits_for_the_log()
    {
        var user = new EmbeddedUser { Password = new Secret("p"), Subscribe = [] };
        var options = new EmbeddedOptions { Listen = ["127.0.0.1:0"], Users = new Dictionary<string, EmbeddedUser> { ["u"] = user } };
        RunningBroker? running = null;
        var log = new LineLog(() => running!.TryAdapt(options));
        await using var broker = running = await RunningBroker.RunAsync(options, logger: log);
        await using var client = await RawClient.ConnectAsync(
            broker.Port, RawClient.Hello("c") with { Username = "u", Password = Payload.FromText("p") });
        Subscription[] many = [.. Enumerable.Range(0, 300).Select(i => new Subscription($"{i}", QoS.AtMostOnce))];
        Assert.All((await client.SubscribeAsync(many)).Reasons, reason => Assert.Equal(ReasonCode.NotAuthorized, reason));
        await client.NothingMoreAsync();
        Assert.Equal(1, log.Warnings);
        for (var i = 0; i < 100; i++)
        {
            await client.SubscribeAsync("x");
        }

        await client.NothingMoreAsync();
        Assert.InRange(log.Warnings, 2, 20);
        await broker.DroppedAsync("a subscription refused", 101);
    }

    [Fact]
    public async Task A_session_has_so_many_filters_of_so_many_characters_and_no_more()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("many"));
        await client.SubscribeAsync([.. Enumerable.Range(0, 999).Select(i => new Subscription($"{i}", QoS.AtMostOnce))]);
        var last = await client.SubscribeAsync([new("999", QoS.AtMostOnce), new("1000", QoS.AtMostOnce), new("0", QoS.AtLeastOnce)]);
        Assert.Equal([ReasonCode.Success, ReasonCode.QuotaExceeded, ReasonCode.GrantedQoS1], last.Reasons);
        await using var wide = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("long"));
        Subscription[] wides = [.. Enumerable.Range(0, 5).Select(i => new Subscription($"{i}{new string('x', 20_000)}", QoS.AtMostOnce))];
        Assert.Equal(3, (await wide.SubscribeAsync(wides)).Reasons.Count(reason => reason == ReasonCode.Success));
        await wide.SendAsync(new UnsubscribePacket { PacketId = 1, Filters = [wides[0].Filter] });
        await wide.ReadAsync<UnsubAckPacket>();
        Assert.Equal([ReasonCode.Success], (await wide.SubscribeAsync(wides[4])).Reasons);
    }

    [Fact]
    public async Task More_filters_in_one_packet_than_a_session_may_have_end_the_connection()
    {
        await using var broker = await RunningBroker.StartAsync();
        var filters = Enumerable.Range(0, 1001).Select(i => $"{i}").ToList();
        foreach (var packet in (MqttPacket[])[
            new SubscribePacket { PacketId = 1, Subscriptions = [.. filters.Select(filter => new Subscription(filter, QoS.AtMostOnce))] },
            new UnsubscribePacket { PacketId = 1, Filters = [.. filters] },
        ])
        {
            await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
            await client.SendAsync(packet);
            Assert.Equal(ReasonCode.QuotaExceeded, await client.ClosedAsync());
        }
    }

    private static EmbeddedOptions Limited => new() { Limits = new() { Queue = Queue, Inflight = 5 } };

    private static SubscribePacket ToAll(QoS qos) => new() { PacketId = 1, Subscriptions = [new Subscription("r/#", qos)] };

    private static async Task<RunningBroker> RetainAsync(QoS qos)
    {
        var broker = await RunningBroker.StartAsync(Limited);
        for (var i = 0; i < Retained; i++)
        {
            await broker.Send($"r/{i}", "old", new Property("retain", "true"), new Property("qos", $"{(int)qos}"));
        }

        return broker;
    }

    private static async Task<HashSet<string>> TopicsAsync(RawClient client, int count)
    {
        var topics = new HashSet<string>();
        for (var i = 0; i < count; i++)
        {
            topics.Add((await client.ReceiveAsync()).Topic);
        }

        return topics;
    }

    /// <summary>Counts warnings about subscriptions, and needs the broker's lock to write one.</summary>
    private sealed class LineLog(Action write) : ILogger
    {
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains("may not subscribe", StringComparison.Ordinal))
            {
                Warnings++;
                var other = new Thread(() => write());
                other.Start();
                Assert.True(other.Join(TimeSpan.FromSeconds(10)), "somebody waits for the log");
            }
        }
    }
}
