using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class RetryTests
{
    [Fact]
    public async Task A_deferred_delivery_is_sent_again_with_the_same_key()
    {
        var answers = new Queue<SendResult>([new SendResult.Deferred("busy"), new SendResult.Delivered()]);
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => answers.Dequeue() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(2, rig.Endpoint.Sent.Count);
        Assert.Equal(rig.Endpoint.Sent[0].Key, rig.Endpoint.Sent[1].Key);
        var row = await rig.RowAsync(id);
        Assert.Equal((DeliveryState.Delivered, 1), (row.State, row.Attempts));
        Assert.Equal(["not sent: busy", "delivered"], (await rig.ProgressAsync(id)).Steps.Select(step => step.What));
    }

    [Fact]
    public async Task The_network_says_when_to_come_back()
    {
        var answers = new Queue<SendResult>([new SendResult.Deferred("slow down", TimeSpan.FromMinutes(7)), new SendResult.Delivered()]);
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => answers.Dequeue() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromMinutes(7) - TimeSpan.FromSeconds(1));
        Assert.Single(rig.SentTexts);
        Assert.Equal(rig.Clock.GetUtcNow() + TimeSpan.FromSeconds(1), (await rig.RowAsync(id)).NotBefore!.Value, TimeSpan.FromSeconds(1));
        await rig.RestartAsync();
        Assert.Single(rig.SentTexts);
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(2, rig.Endpoint.Sent.Count);
    }

    [Fact]
    public async Task It_gives_up_when_the_rule_says_so_and_the_lane_goes_on()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint
        {
            Answer = outbound => DeliveryRig.TextOf(outbound) == "doomed" ? new SendResult.Deferred("busy") : new SendResult.Delivered(),
        });
        await rig.StartAsync();
        var doomed = await rig.OwesAsync("doomed", with: c => c with { RetryUntil = c.OccurredAt.AddMinutes(10) });
        var next = await rig.OwesAsync("next");
        await rig.PassAsync(TimeSpan.FromMinutes(9.9));
        Assert.Equal(DeliveryState.Pending, await rig.StateAsync(next));
        await rig.PassAsync(TimeSpan.FromMinutes(0.2));
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(doomed));
        Assert.Equal("tried for as long as the rule allows; last: busy", (await rig.ProgressAsync(doomed)).Reason);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(next));
        Assert.InRange(rig.Endpoint.Sent.Count, 5, 30);
        Assert.Equal(1, rig.Counted("delivery.failed"));
    }

    [Fact]
    public async Task A_delivery_expires_by_the_clock_even_when_nothing_can_be_sent()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        var head = await rig.OwesAsync("head", with: c => c with { Expires = c.OccurredAt.AddSeconds(30) });
        var second = await rig.OwesAsync("second");
        var third = await rig.OwesAsync("third", with: c => c with { Expires = c.OccurredAt.AddSeconds(10) });
        await rig.PassAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(DeliveryState.Expired, await rig.StateAsync(third));
        Assert.Equal(DeliveryState.Pending, await rig.StateAsync(head));
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(DeliveryState.Expired, await rig.StateAsync(head));
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(["second"], rig.SentTexts);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(second));
    }

    [Fact]
    public async Task Waiting_for_a_disconnected_endpoint_costs_no_attempts()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromHours(5));
        Assert.Equal(0, (await rig.RowAsync(id)).Attempts);
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(["hello"], rig.SentTexts);
    }

    [Fact]
    public async Task A_refusal_is_a_dead_letter_with_its_cure()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => new SendResult.Refused("no such room", "invite the bot") });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(id));
        var progress = await rig.ProgressAsync(id);
        Assert.Equal(("no such room", "invite the bot"), (progress.Reason, progress.Cure));
        Assert.Single(rig.SentTexts);
    }

    [Fact]
    public async Task A_send_without_an_answer_is_unknown_after_thirty_seconds()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromSeconds(29));
        Assert.Single(rig.SentTexts);
        rig.Endpoint.Holding = false;
        await DeliveryRig.UntilAsync(() =>
        {
            rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return rig.Endpoint.Sent.Count == 2;
        });
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task When_the_store_is_full_results_wait_and_are_recorded_later()
    {
        await using var rig = new DeliveryRig();
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        rig.Store.Failure = new StoreException("the disk is full") { DiskFull = true };
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        rig.Store.Failure = null;
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Single(rig.SentTexts);
    }
}
