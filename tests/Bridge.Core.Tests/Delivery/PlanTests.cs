using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class PlanTests
{
    private static readonly EndpointCapabilities s_short = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless(), MaxTextLength = 6, InFlight = 8 };

    [Fact]
    public async Task Parts_go_out_one_after_another_with_keys_of_their_own()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_short, Answer = o => new SendResult.Delivered([new NativeId(DeliveryRig.TextOf(o))]) });
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two three");
        await rig.OwesAsync("after");
        await rig.SettleAsync();
        Assert.Equal(["one ", "two ", "three", "after"], rig.SentTexts);
        Assert.Equal(4, rig.Endpoint.Sent.Select(sent => sent.Key).Distinct().Count());
        Assert.Equal(["one ", "two ", "three"], (await rig.ProgressAsync(id)).Parts.Select(part => part.Ids[0].Value));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_plan_is_committed_before_its_first_part_and_replayed_after_a_crash_never_refitted()
    {
        var endpoint = new FakeEndpoint { Capabilities = s_short };
        endpoint.Answer = outbound =>
        {
            endpoint.Holding = true;
            return new SendResult.Delivered();
        };
        await using var rig = new DeliveryRig(endpoint);
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two three");
        await rig.SettleAsync();
        Assert.Equal(["one ", "two "], rig.SentTexts);
        Assert.Equal(3, (await rig.ProgressAsync(id)).Plan.Count);
        var key = rig.Endpoint.Sent[1].Key;

        endpoint.Holding = false;
        endpoint.Answer = _ => new SendResult.Delivered();
        endpoint.Capabilities = s_short with { MaxTextLength = 100 };
        await rig.RestartAsync();
        Assert.Equal(["one ", "two ", "two ", "three"], rig.SentTexts);
        Assert.Equal(key, rig.Endpoint.Sent[2].Key);
    }

    [Fact]
    public async Task A_refused_part_leaves_the_delivery_partial()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint
        {
            Capabilities = s_short,
            Answer = outbound => DeliveryRig.TextOf(outbound) == "two " ? new SendResult.Refused("bad word") : new SendResult.Delivered(),
        });
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two three");
        var next = await rig.OwesAsync("after");
        Assert.Equal(DeliveryState.Partial, await rig.StateAsync(id));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(next));
        Assert.Equal(["one ", "two ", "after"], rig.SentTexts);

        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        Assert.Equal(Core.Delivery.Steered.Done, await rig.Engine.RetryAsync(id));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Equal(["one ", "two ", "after", "two ", "three"], rig.SentTexts);
    }

    [Fact]
    public async Task Each_part_of_an_unsafe_message_is_committed_before_it_leaves()
    {
        var endpoint = new FakeEndpoint { Capabilities = s_short with { Resend = new ResendClass.Unsafe() } };
        await using var rig = new DeliveryRig(endpoint);
        var states = new List<(DeliveryState, int)>();
        endpoint.Answer = _ =>
        {
            var row = rig.Store.ListDeliveriesAsync(null, 1, CancellationToken.None).AsTask().GetAwaiter().GetResult().Single();
            states.Add((row.State, rig.Store.Commits));
            return new SendResult.Delivered();
        };
        await rig.StartAsync();
        await rig.OwesAsync("one two three");
        await rig.SettleAsync();
        Assert.All(states, state => Assert.Equal(DeliveryState.HandingOver, state.Item1));
        Assert.Equal(3, states.Select(state => state.Item2).Distinct().Count());
    }

    [Fact]
    public async Task What_an_address_cannot_carry_at_all_ends_visibly()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_short });
        await rig.StartAsync();
        var data = await rig.ForwardsAsync(new DataReported(Payload.FromText("1")));
        var typing = await rig.ForwardsAsync(new TypingChanged(true));
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(data));
        Assert.Equal("the address carries no data", (await rig.ProgressAsync(data)).Reason);
        Assert.Equal(DeliveryState.Cancelled, await rig.StateAsync(typing));
    }
}
