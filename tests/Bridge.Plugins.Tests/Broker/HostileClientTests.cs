using System.Buffers;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Whatever a client does, only its own connection suffers.</summary>
public sealed class HostileClientTests
{
    [Theory]
    [InlineData("474554202F20485454502F312E310D0A0D0A", "HTTP")]
    [InlineData("16030100C8010000C40303", "TLS")]
    [InlineData("C000", "a ping before CONNECT")]
    [InlineData("10FFFFFF7F", "a CONNECT of 256 MB")]
    [InlineData("10BE9A0C", "a CONNECT of 200 kB, of which only the length came")]
    [InlineData("10FFFFFFFFFF", "a length without end")]
    [InlineData("100D00044D5154540602000000 0000", "MQTT 6")]
    public async Task What_is_not_MQTT_is_cut_off(string hex, string what)
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.OpenAsync(broker.Port);
        await client.SendBytesAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.True(await client.ClosedAsync() is null, what);
        await AssertServesAsync(broker);
    }

    [Fact]
    public async Task Faults_are_answered_with_their_reason_in_version_5()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Packet = new(10_000) } });
        await AssertReasonAsync(broker, ReasonCode.PacketTooLarge, new PublishPacket { Topic = "a", Payload = new(new byte[10_001]) });
        await AssertReasonAsync(broker, ReasonCode.ProtocolError, RawClient.Hello("again"));
        await AssertReasonAsync(broker, ReasonCode.ProtocolError, new SubAckPacket { PacketId = 1, Reasons = [ReasonCode.Success] });
        await AssertReasonAsync(
            broker, ReasonCode.TopicAliasInvalid, new PublishPacket { Topic = "a", Properties = new([MqttProperty.Of(PropertyId.TopicAlias, 101)]) });
        await AssertReasonAsync(
            broker, ReasonCode.QuotaExceeded, new PublishPacket { Topic = "a", Properties = new([.. Enumerable.Repeat(MqttProperty.User("", ""), 257)]) });
        Assert.Empty(broker.Texts);
    }

    [Fact]
    public async Task Properties_count_against_what_the_broker_keeps()
    {
        // 200 properties are more than 10 kB, and their bytes on the wire are not.
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { QueueBytes = new(20_000) } });
        await using (var away = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("away", expiry: 100)))
        {
            await away.SubscribeAsync("a");
            await away.DisconnectAsync();
        }

        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("publisher"));
        for (ushort id = 1; id <= 3; id++)
        {
            await client.SendAsync(new PublishPacket { Topic = "a", QoS = QoS.AtLeastOnce, PacketId = id, Properties = new([.. Enumerable.Repeat(MqttProperty.User("", ""), 200)]) });
        }

        await broker.DroppedAsync("its queue is full", 2);
    }

    [Fact]
    public async Task Subscriptions_that_are_not_allowed_are_refused_one_by_one()
    {
        var user = new EmbeddedUser { Password = new Secret("p"), Subscribe = ["tele/+/x", "stat/#"] };
        await using var broker = await RunningBroker.StartAsync(new() { Users = new Dictionary<string, EmbeddedUser> { ["u"] = user } });
        string[] filters = ["tele/1/x", "tele/+/x", "tele/#", "#", "stat", "stat/#", "+/1", "$share/g/stat/#", "$SYS/#"];
        var login = RawClient.Hello("c") with { Username = "u", Password = Payload.FromText("p") };
        await using var client = await RawClient.ConnectAsync(broker.Port, login);
        var answer = await client.SubscribeAsync(filters.Select(filter => new Subscription(filter, QoS.ExactlyOnce)).ToArray());
        const ReasonCode Granted = ReasonCode.GrantedQoS2, Denied = ReasonCode.NotAuthorized;
        Assert.Equal([Granted, Granted, Denied, Denied, Granted, Granted, Denied, Granted, Denied], answer.Reasons);
        await using var old = await RawClient.ConnectAsync(broker.Port, login with { Version = ProtocolVersion.V311 });
        Assert.Equal([ReasonCode.UnspecifiedError, ReasonCode.GrantedQoS1], (await old.SubscribeAsync(new Subscription("#", QoS.AtLeastOnce), new Subscription("stat", QoS.AtLeastOnce))).Reasons);
    }

    [Fact]
    public async Task Anonymous_clients_come_from_this_machine_or_not_at_all()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Anonymous = AnonymousAccess.Never });
        await using var refused = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        Assert.Equal(ReasonCode.NotAuthorized, refused.Answer.Reason);
        Assert.Null(await refused.ClosedAsync());
    }

    [Fact]
    public async Task More_connections_than_the_limit_are_closed_and_counted()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Clients = 2 } });
        await using var first = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("1"));
        await using (await RawClient.ConnectAsync(broker.Port, RawClient.Hello("2")))
        {
            await using var third = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("3"));
            Assert.Equal(ReasonCode.ServerBusy, third.Answer.Reason);
            Assert.Null(await third.ClosedAsync());
            await broker.DroppedAsync("limits.clients");
        }

        await first.NothingMoreAsync();
    }

    [Fact]
    public async Task A_silent_client_is_cut_off_and_its_will_published()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(
            broker.Port, RawClient.Hello("c") with { KeepAlive = 1, Will = new Will { Topic = "gone", Payload = Payload.FromText("offline") } });
        // Half a packet is no sign of life.
        await client.SendBytesAsync(new byte[] { 0x30 });
        Assert.Equal(ReasonCode.KeepAliveTimeout, await client.ClosedAsync());
        await broker.ReceivedAsync(1);
        Assert.Equal(["offline"], broker.Texts);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_cuts_nobody_off()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c") with { KeepAlive = 60 });
        broker.Clock.Set(TimeSpan.FromHours(1));
        await using var silent = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("d") with { KeepAlive = 1 });
        Assert.Equal(ReasonCode.KeepAliveTimeout, await silent.ClosedAsync());
        await client.NothingMoreAsync();
    }

    [Fact]
    public async Task A_delayed_will_is_not_published_when_its_client_is_back_in_time()
    {
        await using var broker = await RunningBroker.StartAsync();
        var will = new Will { Topic = "gone", Payload = Payload.FromText("offline"), Properties = new([MqttProperty.Of(PropertyId.WillDelayInterval, 1)]) };
        var hello = RawClient.Hello("c", clean: false, expiry: 60) with { Will = will };
        await using (await RawClient.ConnectAsync(broker.Port, hello))
        {
        }

        await using (var back = await RawClient.ConnectAsync(broker.Port, hello))
        {
            await back.DisconnectAsync();
        }

        await using (var third = await RawClient.ConnectAsync(broker.Port, hello with { Will = will with { Payload = Payload.FromText("late") } }))
        {
            await third.DisconnectAsync(ReasonCode.DisconnectWithWill);
        }

        await broker.ReceivedAsync(1);
        Assert.Equal(["late"], broker.Texts);
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_loses_QoS_0_and_nobody_else_does()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Queue = 50 } });
        await using var asleep = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("asleep"));
        await asleep.SubscribeAsync("a", QoS.AtMostOnce);
        await using var awake = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("awake"));
        await awake.SubscribeAsync("a", QoS.AtMostOnce);
        var text = new string('x', 200_000);
        for (var i = 0; i < 150; i++)
        {
            await broker.Send("a", text);
            Assert.Equal(text, await awake.ReceiveTextAsync());
        }

        await broker.DroppedAsync("QoS 0 for a slow client");
    }

    [Fact]
    public async Task Random_bytes_from_many_clients_do_not_disturb_a_good_one()
    {
        await using var broker = await RunningBroker.StartAsync(interests: ["good"]);
        await using var good = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("good"));
        await good.SubscribeAsync("good");
        var random = new Random(42);
        for (var round = 0; round < 150; round++)
        {
            await using var bad = await RawClient.OpenAsync(broker.Port);
            await bad.SendAsync(RawClient.Hello("bad", clean: round % 2 == 0, expiry: (uint)(round % 3)));
            try
            {
                await bad.SendBytesAsync(Mutated(random));
            }
            catch (IOException)
            {
                // Cut off already.
            }
        }

        await broker.Send("good", "still here");
        while (await good.ReceiveTextAsync() != "still here")
        {
            // A mutated publish may have hit the good topic.
        }

        Assert.False(broker.Running.IsCompleted);
        await AssertServesAsync(broker);
    }

    private static byte[] Mutated(Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var packet in SamplePackets.V5.Where(packet => PacketEncoder.Measure(packet, ProtocolVersion.V5) < 5000).OrderBy(_ => random.Next()).Take(5))
        {
            PacketEncoder.Write(output, packet, ProtocolVersion.V5);
        }

        var bytes = output.WrittenSpan.ToArray();
        for (var i = random.Next(4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes[..random.Next(1, bytes.Length + 1)];
    }

    private static async Task AssertReasonAsync(RunningBroker broker, ReasonCode reason, MqttPacket packet)
    {
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        await client.SendAsync(packet);
        Assert.Equal(reason, await client.ClosedAsync());
        await AssertServesAsync(broker);
    }

    private static async Task AssertServesAsync(RunningBroker broker)
    {
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("check"));
        await client.NothingMoreAsync();
    }
}
