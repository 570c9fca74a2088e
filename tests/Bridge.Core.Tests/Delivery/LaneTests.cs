using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class LaneTests
{
    private static readonly EndpointCapabilities s_pipelined = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless(), InFlight = 8 };

    [Fact]
    public async Task A_delivery_is_sent_and_recorded()
    {
        await using var rig = new DeliveryRig();
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        Assert.Equal(["hello"], rig.SentTexts);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Equal(22, rig.Endpoint.Sent[0].Key.Value.Length);
    }

    [Fact]
    public async Task Without_pipelining_the_next_send_of_a_lane_waits_for_the_answer()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true });
        await rig.StartAsync();
        await rig.OwesAsync("1");
        await rig.OwesAsync("2");
        await rig.SettleAsync();
        Assert.Equal(["1"], rig.SentTexts);
        rig.Endpoint.Held[0].Answer(new SendResult.Delivered());
        await rig.SettleAsync();
        Assert.Equal(["1", "2"], rig.SentTexts);
    }

    [Fact]
    public async Task A_hanging_address_delays_only_itself()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true });
        await rig.StartAsync();
        await rig.OwesAsync("stuck", to: "slow");
        await rig.OwesAsync("1", to: "fast");
        await rig.OwesAsync("urgent", to: "slow", critical: true);
        await rig.SettleAsync();
        Assert.Equal(3, rig.Endpoint.Held.Count);
        rig.Endpoint.Held.Single(held => DeliveryRig.TextOf(held.Outbound) == "1").Answer(new SendResult.Delivered());
        await rig.OwesAsync("2", to: "fast");
        await rig.SettleAsync();
        Assert.Contains("2", rig.SentTexts);
    }

    [Fact]
    public async Task A_plugin_that_blocks_delays_only_its_own_endpoint()
    {
        using var blocked = new ManualResetEventSlim();
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => Block(blocked) });
        var other = new FakeEndpoint();
        var id = new EndpointId("other");
        rig.Directory.Add(id, other);
        rig.Directory.Connect(id);
        await rig.StartAsync();
        await rig.OwesAsync("blocks");
        var queued = rig.Make(rig.Arrived(MessagePosted.Of("free")), c => c with { To = new Address(id, "x") }, "x", false, out var changes);
        await rig.Writer.WriteAsync(changes);
        rig.Engine.Enqueue([queued with { Row = queued.Row with { Lane = queued.Row.Lane with { Endpoint = id } } }]);
        await DeliveryRig.UntilAsync(() => other.Sent.Count == 1);
        blocked.Set();
        await rig.SettleAsync();
    }

    [Fact]
    public async Task A_pipelined_lane_sends_in_order_without_waiting_and_records_in_order()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true, Capabilities = s_pipelined });
        await rig.StartAsync();
        var ids = new List<DeliveryId>();
        for (var i = 0; i < 10; i++)
        {
            ids.Add(await rig.OwesAsync($"{i}"));
        }

        await rig.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), rig.SentTexts);
        foreach (var held in rig.Endpoint.Held.Skip(1))
        {
            held.Answer(new SendResult.Delivered());
        }

        Assert.Equal(DeliveryState.Pending, await rig.StateAsync(ids[5]));
        rig.Endpoint.Held[0].Answer(new SendResult.Delivered());
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(ids[5]));
        Assert.Equal(10, rig.Endpoint.Sent.Count);
    }

    [Fact]
    public async Task After_a_deferral_in_the_middle_nothing_new_is_sent_until_it_is_through()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true, Capabilities = s_pipelined with { InFlight = 3 } });
        await rig.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await rig.OwesAsync($"{i}");
        }

        await rig.SettleAsync();
        var held = rig.Endpoint.Held;
        held[0].Answer(new SendResult.Delivered());
        held[1].Answer(new SendResult.Deferred("full"));
        held[2].Answer(new SendResult.Delivered());
        await rig.SettleAsync();
        var before = rig.Endpoint.Sent.Count;
        Assert.InRange(before, 3, 4);
        rig.Endpoint.Held.ToList().ForEach(open => open.Answer(new SendResult.Delivered())); // "3" may have left in the place of "0"
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        var after = rig.SentTexts.ToList();
        Assert.Equal("1", after[before]);
        Assert.Equal(before + 1, after.Count);
        rig.Endpoint.Holding = false;
        rig.Endpoint.Held[^1].Answer(new SendResult.Delivered());
        foreach (var open in rig.Endpoint.Held)
        {
            open.Answer(new SendResult.Delivered());
        }

        await rig.SettleAsync();
        Assert.Equal(["0", "1", "2", "3", "4"], rig.SentTexts.Distinct().Order());
    }

    [Fact]
    public async Task When_a_whole_window_comes_back_it_is_sent_again_in_order()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true, Capabilities = s_pipelined });
        await rig.StartAsync();
        for (var i = 0; i < 8; i++)
        {
            await rig.OwesAsync($"{i}");
        }

        await rig.SettleAsync();
        rig.Disconnect();
        foreach (var held in rig.Endpoint.Held.Reverse())
        {
            held.Fail(new IOException("gone"));
        }

        await rig.SettleAsync();
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), rig.SentTexts.Skip(8));
    }

    [Fact]
    public async Task A_lane_keeps_little_in_memory_and_reads_on_in_order()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_pipelined });
        rig.Disconnect();
        await rig.StartAsync();
        for (var i = 0; i < 3_000; i++)
        {
            await rig.OwesAsync($"{i}");
        }

        await rig.SettleAsync();
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 3_000).Select(i => $"{i}"), rig.SentTexts);
        var late = await rig.OwesAsync("late");
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(late));
    }

    [Fact]
    public void A_lane_has_room_for_a_thousand_deliveries_or_four_megabytes()
    {
        var lane = new Lane(default);
        for (var i = 0; lane.HasRoom; i++)
        {
            lane.Add(Big(i, 300_000));
        }

        Assert.Equal(14, lane.Items.Count);
        var small = new Lane(default);
        for (var i = 0; small.HasRoom; i++)
        {
            small.Add(Big(i, 10));
        }

        Assert.Equal(Lane.MostItems, small.Items.Count);
    }

    [Fact]
    public async Task A_restart_takes_up_what_is_open_in_order()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        for (var i = 0; i < 1_200; i++)
        {
            await rig.OwesAsync($"{i}", to: $"room{i % 3}");
        }

        await rig.RestartAsync();
        rig.Connect();
        await rig.SettleAsync();
        var late = await rig.OwesAsync("late", to: "room0");
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(late));
        foreach (var room in rig.Endpoint.Sent.GroupBy(sent => sent.To))
        {
            var texts = room.Select(DeliveryRig.TextOf).Where(text => text != "late").Select(int.Parse).ToList();
            Assert.Equal(texts.Order().Distinct(), texts);
            Assert.Equal(400, texts.Count);
        }
    }

    [Fact]
    public async Task A_hundred_thousand_topics_are_no_trouble()
    {
        await using var rig = new DeliveryRig();
        await rig.StartAsync();
        var queued = new List<QueuedDelivery>();
        var arrival = rig.Arrived(MessagePosted.Of("x"));
        for (var i = 0; i < 100_000; i++)
        {
            queued.Add(rig.Make(arrival, c => c, $"topic/{i}", false, out _));
        }

        rig.Engine.Enqueue(queued);
        await rig.SettleAsync();
        Assert.Equal(100_000, rig.Endpoint.Sent.Count);
    }

    [Fact]
    public async Task A_plugin_that_fails_to_say_what_it_carries_is_asked_again()
    {
        var endpoint = new FakeEndpoint { CapabilitiesFor = _ => throw new InvalidOperationException("not yet") };
        await using var rig = new DeliveryRig(endpoint);
        await rig.StartAsync();
        await rig.OwesAsync("hello");
        await rig.SettleAsync();
        Assert.Empty(rig.SentTexts);
        endpoint.CapabilitiesFor = null;
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["hello"], rig.SentTexts);
    }

    [Fact]
    public async Task An_endpoint_lost_between_two_sends_is_not_asked_again_and_again()
    {
        var endpoint = new FakeEndpoint();
        await using var rig = new DeliveryRig(endpoint);
        endpoint.Answer = _ =>
        {
            rig.Directory.Disconnect(DeliveryRig.Net);
            return new SendResult.Delivered();
        };
        rig.Disconnect();
        await rig.StartAsync();
        var first = await rig.OwesAsync("first");
        var second = await rig.OwesAsync("second");
        rig.Connect();

        // Quiet: it waits for the endpoint instead of asking it in a circle.
        await rig.SettleAsync();
        Assert.Equal(["first"], rig.SentTexts);
        endpoint.Answer = _ => new SendResult.Delivered();
        rig.Connect();
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(first));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(second));
        Assert.Equal(["first", "second"], rig.SentTexts);
    }

    private static SendResult.Delivered Block(ManualResetEventSlim blocked)
    {
        blocked.Wait(TimeSpan.FromSeconds(20));
        return new SendResult.Delivered();
    }

    private static Owed Big(int id, int bytes)
    {
        var row = new DeliveryRow(new DeliveryId(id + 1), default, default, DeliveryState.Pending, 0, default, null, new byte[bytes], null);
        var content = new DeliveryContent { To = default, Route = "r", RetryUntil = DateTimeOffset.MaxValue, Content = MessagePosted.Of("x") };
        return new Owed(row, content, null, new DeliveryProgress());
    }
}
