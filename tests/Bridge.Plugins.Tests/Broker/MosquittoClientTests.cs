using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>The broker with Mosquitto's own command-line clients.</summary>
public sealed class MosquittoClientTests
{
    [Theory]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("3.1.1", "0")]
    [InlineData("3.1.1", "1")]
    public async Task Publishes_arrive_in_order_and_unchanged(string protocol, string qos)
    {
        await using var broker = await RunningBroker.StartAsync(interests: ["a/#"]);
        Assert.Equal(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-t", "a/ß/🎈", "-q", qos, "-l"], Lines(300)));
        await broker.ReceivedAsync(300);
        Assert.Equal(Numbers(300), broker.Texts);
        Assert.All(broker.Memory.Snapshot(events => events.ToList()), inbound =>
        {
            Assert.Equal("a/ß/🎈", inbound.Address.Rest);
            Assert.Equal([new Property("qos", qos)], ((DataReported)inbound.Event).Hints);
        });
    }

    [Theory]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("3.1.1", "0")]
    [InlineData("3.1.1", "1")]
    public async Task Sends_reach_subscribers_in_order_and_do_not_come_back(string protocol, string qos)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var subscriber = await MosquittoTool.SubscribeAsync(broker.Port, protocol, "-t", "out/#", "-q", "1", "-C", "500");
        var sends = Enumerable.Range(0, 500).Select(i => broker.Send("out/x", i.ToString(), new Property("qos", qos))).ToList();
        Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
        Assert.Equal(Numbers(500), await MosquittoTool.MessagesAsync(subscriber));
        Assert.Empty(broker.Texts);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Clients_reach_each_other_with_300_kB(string protocol)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var subscriber = await MosquittoTool.SubscribeAsync(broker.Port, protocol, "-t", "big", "-q", "1", "-C", "3", "-F", "%l");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-t", "big", "-q", "1", "-s"], new string('x', 300_000 + i)));
        }

        Assert.Equal(["300000", "300001", "300002"], await MosquittoTool.MessagesAsync(subscriber));
        Assert.Equal(new string('x', 300_002), broker.Texts[2]);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task What_was_published_while_a_client_was_away_waits_for_it_even_over_a_crash(string protocol)
    {
        string[] session = ["-c", "-i", "keeper", .. protocol == "5" ? (string[])["-x", "3600"] : []];
        var broker = await RunningBroker.StartAsync();
        using (var first = await MosquittoTool.SubscribeAsync(broker.Port, protocol, [.. session, "-t", "a/#", "-q", "1", "-E"]))
        {
            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-t", "a/b", "-q", "1", "-l"], Lines(900)));
        var survivor = broker.Survivor();
        await broker.DisposeAsync();
        await using var next = await RunningBroker.StartAsync(memory: survivor);
        using var second = await MosquittoTool.SubscribeAsync(next.Port, protocol, [.. session, "-t", "a/#", "-q", "1", "-C", "900"]);
        // Those that came before the answer to the new subscription were printed among the debug lines.
        var rest = await MosquittoTool.MessagesAsync(second);
        Assert.Equal(Numbers(900).TakeLast(rest.Count), rest);
        await next.UntilAsync(memory => !memory.State.Keys.Any(key => key.StartsWith("queue/", StringComparison.Ordinal)), "emptied");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Retained_messages_are_replayed_as_such_and_cleared_by_an_empty_one(string protocol)
    {
        await using var broker = await RunningBroker.StartAsync();
        await MosquittoTool.PublishAsync(broker.Port, protocol, ["-t", "s/1", "-r", "-m", "on", "-q", "1"]);
        await broker.Send("s/2", "by bridge", new Property("retain", "true"));
        await broker.Send("s/3", "not kept");
        using (var subscriber = await MosquittoTool.SubscribeAsync(broker.Port, protocol, "-t", "s/#", "-C", "2", "-F", "%t %r %p"))
        {
            Assert.Equal(["s/1 1 on", "s/2 1 by bridge"], (await MosquittoTool.MessagesAsync(subscriber)).Order());
        }

        await MosquittoTool.PublishAsync(broker.Port, protocol, ["-t", "s/1", "-r", "-n", "-q", "1"]);
        using (var subscriber = await MosquittoTool.SubscribeAsync(broker.Port, protocol, "-t", "s/#", "-C", "1", "-F", "%t %r"))
        {
            Assert.Equal(["s/2 1"], await MosquittoTool.MessagesAsync(subscriber));
        }

        Assert.DoesNotContain("retained/s/1", broker.Memory.State.Keys);
        // The live publish of a retained message is news for Bridge, not an old state.
        Assert.All(broker.Memory.Snapshot(events => events.ToList()), inbound => Assert.False(((DataReported)inbound.Event).Retained));
    }

    [Fact]
    public async Task Properties_of_version_5_reach_bridge_and_subscribers()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var subscriber = await MosquittoTool.SubscribeAsync(broker.Port, "5", "-t", "x", "-C", "2", "-q", "1", "-F", "%C|%P|%R|%D|%E|%p");
        await MosquittoTool.PublishAsync(broker.Port, "5", [
            "-t", "x", "-q", "1", "-m", "{}", "-D", "publish", "content-type", "application/json", "-D", "publish", "user-property", "k", "v",
            "-D", "publish", "user-property", "bridge-hops", "2", "-D", "publish", "message-expiry-interval", "60",
            "-D", "publish", "response-topic", "answers", "-D", "publish", "correlation-data", "c1"]);
        await broker.ReceivedAsync(1);
        var inbound = broker.Memory.Snapshot(events => events[0]);
        Assert.Equal(("application/json", 2), (((DataReported)inbound.Event).ContentType, inbound.Hops));
        Assert.Equal([new Property("k", "v")], ((DataReported)inbound.Event).Properties);
        Assert.NotNull(inbound.Expires);
        var outbound = RunningBroker.Data("x", "[]");
        await broker.Send(outbound);
        Assert.Equal(
            ["application/json|k:v bridge-hops:2|answers|c1|60|{}", $"|bridge-event-id:{outbound.Event} bridge-hops:1||||[]"],
            await MosquittoTool.MessagesAsync(subscriber));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_client_that_is_killed_leaves_its_will_and_one_that_says_goodbye_does_not(string protocol)
    {
        await using var broker = await RunningBroker.StartAsync();
        string[] will = ["--will-topic", "gone", "--will-payload", "offline", "--will-qos", "1", "--will-retain", "-t", "x"];
        using var polite = await MosquittoTool.SubscribeAsync(broker.Port, protocol, [.. will, "-E"]);
        await polite.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var killed = await MosquittoTool.SubscribeAsync(broker.Port, protocol, will);
        killed.Kill();
        await broker.ReceivedAsync(1);
        Assert.Equal(["offline"], broker.Texts);
        Assert.Contains("retained/gone", broker.Memory.State.Keys);
    }

    [Fact]
    public async Task Users_need_their_password_and_keep_to_their_topics()
    {
        var hall = new EmbeddedUser { Password = new Secret("right"), Publish = ["tele/#"], Subscribe = [] };
        await using var broker = await RunningBroker.StartAsync(new() { Users = new Dictionary<string, EmbeddedUser> { ["hall"] = hall }, Anonymous = AnonymousAccess.Never });
        foreach (var protocol in (string[])["5", "3.1.1"])
        {
            Assert.NotEqual(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-t", "tele/x", "-m", "1", "-q", "1"]));
            Assert.NotEqual(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-u", "hall", "-P", "wrong", "-t", "tele/x", "-m", "2", "-q", "1"]));
            Assert.NotEqual(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-u", "nobody", "-P", "", "-t", "tele/x", "-m", "3", "-q", "1"]));
            Assert.Equal(0, await MosquittoTool.PublishAsync(broker.Port, protocol, ["-u", "hall", "-P", "right", "-t", "tele/x", "-m", protocol, "-q", "1"]));
            await MosquittoTool.PublishAsync(broker.Port, protocol, ["-u", "hall", "-P", "right", "-t", "other", "-m", "5", "-q", "1"]);
        }

        Assert.Equal(["5", "3.1.1"], broker.Texts);
        await broker.DroppedAsync("may not publish", 2);
    }

    private static string Lines(int count) => string.Join('\n', Numbers(count));

    private static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(i => i.ToString());
}
