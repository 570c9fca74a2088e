using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Testing.Mqtt;
using Xunit;
using static Bridge.Plugins.Tests.Mqtt.MosquittoTools;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>The client against the real Mosquitto, with its own command-line tools at the other side.</summary>
public sealed class MosquittoTests
{
    [Theory]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("3.1.1", "0")]
    [InlineData("3.1.1", "1")]
    public async Task Publishes_arrive_in_order_and_unchanged(string protocol, string qos)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var endpoint = new RunningEndpoint(Options(broker, protocol), ["a/#"]);
        await endpoint.ConnectedAsync();
        await PublishAsync(broker, ["-t", "a/ß/🎈", "-q", qos, "-l"], string.Join('\n', Enumerable.Range(0, 100)));
        await endpoint.ReceivedAsync(100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i.ToString()), endpoint.Texts);
        Assert.All(endpoint.Memory.Snapshot(events => events.ToList()), inbound =>
        {
            Assert.Equal("a/ß/🎈", inbound.Address.Rest);
            Assert.Equal(new Property("qos", qos), Assert.Single(((DataReported)inbound.Event).Hints));
            Assert.False(((DataReported)inbound.Event).Retained);
        });
    }

    [Theory]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("3.1.1", "0")]
    [InlineData("3.1.1", "1")]
    public async Task Sends_reach_subscribers_in_order(string protocol, string qos)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        using var subscriber = await SubscriberAsync(broker, "-t", "out/#", "-q", "1", "-C", "500");
        await using var endpoint = new RunningEndpoint(Options(broker, protocol), []);
        await endpoint.ConnectedAsync();
        var sends = Enumerable.Range(0, 500).Select(i => endpoint.Send(RunningEndpoint.Data("out/x", i.ToString(), qos))).ToList();
        Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => i.ToString()), await MessagesAsync(subscriber));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Payloads_of_300_kB_pass_both_ways(string protocol)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var receiving = new RunningEndpoint(Options(broker, protocol, "r"), ["big"]);
        await using var sending = new RunningEndpoint(Options(broker, protocol, "s"), []);
        await Task.WhenAll(receiving.ConnectedAsync(), sending.ConnectedAsync());
        var texts = Enumerable.Range(0, 5).Select(i => new string((char)('a' + i), 300_000)).ToList();
        var results = await Task.WhenAll(texts.Select(text => sending.Send(RunningEndpoint.Data("big", text))));
        Assert.All(results, result => Assert.IsType<SendResult.Delivered>(result));
        await receiving.ReceivedAsync(5);
        Assert.Equal(texts, receiving.Texts);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task What_was_published_while_we_were_away_waits_in_the_session(string protocol)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var memory = new HostMemory();
        await using (var first = new RunningEndpoint(Options(broker, protocol), ["a/#"], memory))
        {
            await first.ConnectedAsync();
        }

        await PublishAsync(broker, ["-t", "a/b", "-q", "1", "-l"], string.Join('\n', Enumerable.Range(0, 1000)));
        await using var second = new RunningEndpoint(Options(broker, protocol), ["a/#"], memory);
        await second.ReceivedAsync(1000);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i.ToString()), second.Texts);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_broker_restart_loses_nothing_either_way(string protocol)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var receiving = new RunningEndpoint(Options(broker, protocol, "r"), ["a"]);
        await using var sending = new RunningEndpoint(Options(broker, protocol, "s"), []);
        await Task.WhenAll(receiving.ConnectedAsync(), sending.ConnectedAsync());
        var sends = new List<Task<SendResult>>();
        for (var i = 0; i < 3000; i++)
        {
            sends.Add(sending.Send(RunningEndpoint.Data("a", i.ToString())));
            if (i == 1000)
            {
                await sends[100];
                await broker.StopAsync();
                await sending.UntilAsync(endpoint => !endpoint.Connected, "disconnected");
            }
        }

        await broker.StartAsync();
        Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
        await receiving.UntilAsync(endpoint => endpoint.Texts.Contains("2999"), "complete");
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i.ToString()), receiving.Texts.Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_stored_but_not_acknowledged_is_no_second_event(bool restartBroker)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var memory = new HostMemory();
        await using var endpoint = new RunningEndpoint(Options(broker) with { ReceiveMaximum = 10 }, ["a"], memory);
        await endpoint.ConnectedAsync();
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-l"], string.Join('\n', Enumerable.Repeat("same", 50)));
        await endpoint.ReceivedAsync(50);
        if (restartBroker)
        {
            await broker.StopAsync();
            await broker.StartAsync();
            await endpoint.ConnectedAsync(times: 2);
        }

        // Committed, but the endpoint does not learn it: as good as a crash before the acknowledgement.
        var failures = 3;
        memory.AfterCommit = batch => batch.Events.Count > 0 && failures-- > 0 ? Task.FromException(new IOException("crashed")) : Task.CompletedTask;
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-l"], string.Join('\n', Enumerable.Repeat("same", 50)));
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-m", "last"]);
        await endpoint.UntilAsync(running => running.Texts.Contains("last"), "complete");
        Assert.Equal(101, endpoint.Texts.Count);
        Assert.InRange(Assert.Single(memory.Dropped).Value, 1, 200);
    }

    [Theory]
    [InlineData("5", 50)]
    [InlineData("5", 3)]
    [InlineData("3.1.1", 50)]
    [InlineData("3.1.1", 3)]
    public async Task A_new_session_is_soon_safe_from_second_events(string protocol, int before)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var memory = new HostMemory();
        await using var endpoint = new RunningEndpoint(Options(broker, protocol), ["a"], memory);
        await endpoint.ConnectedAsync();
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-l"], string.Join('\n', Enumerable.Repeat("same", before - 1)));
        await endpoint.ReceivedAsync(before - 1);
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-m", "same"]);
        await endpoint.ReceivedAsync(before);

        // Committed, but the endpoint does not learn it: as good as a crash before the acknowledgement.
        var failures = 3;
        memory.AfterCommit = batch => batch.Events.Count > 0 && failures-- > 0 ? Task.FromException(new IOException("crashed")) : Task.CompletedTask;
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-l"], string.Join('\n', Enumerable.Repeat("same", 500)));
        await PublishAsync(broker, ["-t", "a", "-q", "1", "-m", "last"]);
        await endpoint.UntilAsync(running => running.Texts.Contains("last"), "complete");
        Assert.Equal(before + 501, endpoint.Texts.Count);
        Assert.InRange(Assert.Single(memory.Dropped).Value, 1, 1500);
    }

    [Fact]
    public async Task A_retained_message_is_marked_so_on_every_connection_and_a_live_one_is_not()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await PublishAsync(broker, ["-t", "state", "-r", "-m", "on"]);
        var memory = new HostMemory();
        for (var connection = 1; connection <= 2; connection++)
        {
            await using var endpoint = new RunningEndpoint(Options(broker), ["state"], memory);
            await endpoint.ReceivedAsync(connection);
        }

        await using var third = new RunningEndpoint(Options(broker), ["state"], memory);
        await third.ReceivedAsync(3);
        await PublishAsync(broker, ["-t", "state", "-r", "-m", "off", "-q", "1"]);
        await third.ReceivedAsync(4);
        Assert.Equal([true, true, true, false], memory.Snapshot(events => events.Select(inbound => ((DataReported)inbound.Event).Retained).ToList()));
    }

    [Fact]
    public async Task The_retain_option_makes_the_broker_keep_the_message()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        await endpoint.ConnectedAsync();
        await endpoint.Send(RunningEndpoint.Data("kept", "1", retain: true));
        await endpoint.Send(RunningEndpoint.Data("lost", "2"));
        using var subscriber = await SubscriberAsync(broker, "-t", "kept", "-t", "lost", "-C", "1", "-F", "%t %r %p");
        Assert.Equal(["kept 1 1"], await MessagesAsync(subscriber));
    }

    [Fact]
    public async Task Own_messages_do_not_come_back_in_version_5()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var endpoint = new RunningEndpoint(Options(broker), ["loop/#"]);
        await endpoint.ConnectedAsync();
        Assert.IsType<SendResult.Delivered>(await endpoint.Send(RunningEndpoint.Data("loop/a", "own")));
        await PublishAsync(broker, ["-t", "loop/a", "-q", "1", "-m", "other"]);
        await endpoint.ReceivedAsync(1);
        Assert.Equal(["other"], endpoint.Texts);
    }

    [Fact]
    public async Task Subscriptions_of_an_earlier_configuration_are_taken_back()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var memory = new HostMemory();
        await using (var first = new RunningEndpoint(Options(broker), ["old", "both"], memory))
        {
            await first.ConnectedAsync();
        }

        await using var second = new RunningEndpoint(Options(broker), ["both", "new"], memory);
        await second.ConnectedAsync();
        foreach (var topic in (string[])["old", "both", "new"])
        {
            await PublishAsync(broker, ["-t", topic, "-q", "1", "-m", topic]);
        }

        await second.ReceivedAsync(2);
        Assert.Equal(["both", "new"], second.Texts);
    }

    [Fact]
    public async Task A_wrong_password_is_a_reason_without_the_password()
    {
        await using var broker = await MosquittoBroker.StartNewAsync("allow_anonymous false");
        await using var endpoint = new RunningEndpoint(Options(broker) with { Username = "u", Password = new Secret("canary-secret") }, []);
        await endpoint.UntilAsync(running => running.Failures.Count > 0, "refused");
        Assert.Contains("not authorized", endpoint.Failures[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", string.Concat(endpoint.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Properties_of_version_5_cross_between_the_client_and_mosquitto()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var endpoint = new RunningEndpoint(Options(broker), ["in"]);
        await endpoint.ConnectedAsync();
        await PublishAsync(broker, [
            "-V", "5", "-t", "in", "-q", "1", "-m", "{}", "-D", "publish", "content-type", "application/json", "-D", "publish", "user-property", "k", "v",
            "-D", "publish", "user-property", "bridge-hops", "2", "-D", "publish", "message-expiry-interval", "60"]);
        await endpoint.ReceivedAsync(1);
        var inbound = endpoint.Memory.Snapshot(events => events[0]);
        var data = (DataReported)inbound.Event;
        Assert.Equal("application/json", data.ContentType);
        Assert.Equal([new Property("k", "v")], data.Properties);
        Assert.Equal(2, inbound.Hops);
        Assert.NotNull(inbound.Expires);

        using var subscriber = await SubscriberAsync(broker, "-V", "5", "-t", "out", "-C", "1", "-F", "%C %P");
        var forward = RunningEndpoint.Data("out", "{}") with { Content = data, Hops = 3 };
        Assert.IsType<SendResult.Delivered>(await endpoint.Send(forward));
        Assert.Equal([$"application/json k:v bridge-event-id:{forward.Event} bridge-hops:3"], await MessagesAsync(subscriber));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Two_clients_of_one_id_learn_what_throws_them_out(string protocol)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var one = new RunningEndpoint(Options(broker, protocol, "same"), ["a"]);
        await using var other = new RunningEndpoint(Options(broker, protocol, "same"), ["a"]);
        await one.UntilAsync(IsHinted, "hinted");
        await other.UntilAsync(IsHinted, "hinted");

        static bool IsHinted(RunningEndpoint endpoint) =>
            endpoint.Failures.Any(failure => failure.Message.Contains("option session.client_id", StringComparison.Ordinal));
    }

    private static MqttOptions Options(MosquittoBroker broker, string protocol = "5", string? clientId = null) =>
        new() { Url = broker.Url, Protocol = protocol, Session = new SessionOptions { ClientId = clientId } };
}
