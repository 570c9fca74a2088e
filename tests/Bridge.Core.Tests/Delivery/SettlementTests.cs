using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class SettlementTests
{
    [Fact]
    public async Task Rules_hear_what_became_of_deliveries_that_hold_a_cooldown()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint
        {
            Answer = outbound => DeliveryRig.TextOf(outbound) == "bad" ? new SendResult.Refused("no") : new SendResult.Delivered(),
        });
        await rig.StartAsync();
        await rig.OwesAsync("good", with: c => c with { Hold = "kitchen" });
        await rig.OwesAsync("bad", with: c => c with { Hold = "hall" });
        await rig.OwesAsync("free");
        await rig.PassAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal([("kitchen", true), ("hall", false)], rig.Settlements.Select(settled => (settled.Hold, settled.Delivered)));
    }

    [Fact]
    public async Task A_failure_reported_later_is_heard_too()
    {
        var sms = new EndpointCapabilities { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe() };
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = sms, Answer = _ => new SendResult.Accepted() });
        await rig.StartAsync();
        await rig.OwesAsync("hello", with: c => c with { Hold = "kitchen" });
        await rig.SettleAsync();
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Failed));
        await rig.SettleAsync();
        Assert.Equal([true, false], rig.Settlements.Select(settled => settled.Delivered));
    }

    [Fact]
    public async Task Stopping_sends_nothing_new_and_records_what_was_in_flight()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true });
        await rig.StartAsync();
        var first = await rig.OwesAsync("first");
        var second = await rig.OwesAsync("second");
        await rig.SettleAsync();
        var stopping = rig.Engine.StopAsync();
        await rig.SettleAsync();
        Assert.False(stopping.IsCompleted);
        rig.Endpoint.Held[0].Answer(new SendResult.Delivered());
        await stopping;
        Assert.Equal(["first"], rig.SentTexts);
        Assert.Equal(DeliveryState.Delivered, (await rig.Store.FindDeliveryAsync(first, CancellationToken.None))!.State);
        Assert.Equal(DeliveryState.Pending, (await rig.Store.FindDeliveryAsync(second, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task What_does_not_answer_within_ten_seconds_of_stopping_is_uncertain_where_a_repeat_is_unsafe()
    {
        var sms = new EndpointCapabilities { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe() };
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = sms, Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        var stopping = rig.Engine.StopAsync();
        await DeliveryRig.UntilAsync(() =>
        {
            rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return stopping.IsCompleted;
        });
        Assert.Equal(DeliveryState.Uncertain, (await rig.Store.FindDeliveryAsync(id, CancellationToken.None))!.State);
    }
}
