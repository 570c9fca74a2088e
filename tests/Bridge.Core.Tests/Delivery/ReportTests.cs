using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class ReportTests
{
    private static readonly EndpointCapabilities s_sms = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe(), MaxTextLength = 6 };

    [Fact]
    public async Task Reports_move_a_delivery_forward_only()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => new SendResult.Accepted() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        Assert.Equal(DeliveryState.Sent, await rig.StateAsync(id));
        var key = rig.Endpoint.Sent[0].Key;
        await rig.Engine.ReportedAsync(new DeliveryReported(key, DeliveryOutcome.Delivered, [new NativeId("n")]));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        await rig.Engine.ReportedAsync(new DeliveryReported(key, DeliveryOutcome.Read));
        await rig.Engine.ReportedAsync(new DeliveryReported(key, DeliveryOutcome.Delivered));
        await rig.Engine.ReportedAsync(new DeliveryReported(key, DeliveryOutcome.Failed));
        Assert.Equal(DeliveryState.Read, await rig.StateAsync(id));
        Assert.Equal("n", (await rig.ProgressAsync(id)).Parts[0].Ids[0].Value);
    }

    [Fact]
    public async Task A_message_of_several_parts_is_as_far_as_its_slowest_part()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => new SendResult.Accepted() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two");
        await rig.SettleAsync();
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[1].Key, DeliveryOutcome.Delivered));
        Assert.Equal(DeliveryState.Sent, await rig.StateAsync(id));
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Failed, Why: "off"));
        Assert.Equal(DeliveryState.Partial, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_report_resolves_what_was_uncertain()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => throw new IOException() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Delivered));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_report_that_overtakes_the_answer_is_heard_again()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Delivered));
        await rig.SettleAsync();
        rig.Endpoint.Held[0].Answer(new SendResult.Accepted());
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_report_that_was_heard_survives_a_crash_before_it_is_applied()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Delivered));
        await rig.RestartAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_report_on_something_unknown_is_counted()
    {
        await using var rig = new DeliveryRig();
        await rig.StartAsync();
        await rig.Engine.ReportedAsync(new DeliveryReported(new DeliveryKey("unknown"), DeliveryOutcome.Delivered));
        await DeliveryRig.UntilAsync(() =>
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(5));
            return rig.Counted("delivery.report_unmatched") > 0;
        });
        Assert.Equal(1, rig.Counted("delivery.report_unmatched"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_report_on_one_part_is_kept_while_the_next_one_waits_however_long(bool crash)
    {
        var answers = new Queue<SendResult>([new SendResult.Accepted(), new SendResult.Deferred("no credit", TimeSpan.FromHours(2)), new SendResult.Accepted()]);
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => answers.Dequeue() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two");
        await rig.SettleAsync();
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Failed, Why: "off"));
        await rig.PassAsync(TimeSpan.FromHours(1));
        if (crash)
        {
            await rig.RestartAsync();
        }

        await rig.PassAsync(TimeSpan.FromHours(1.1));
        Assert.Equal(["one ", "two", "two"], rig.SentTexts);
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[2].Key, DeliveryOutcome.Delivered));
        Assert.Equal(DeliveryState.Partial, await rig.StateAsync(id));
        Assert.Equal("off", (await rig.ProgressAsync(id)).Reason);
        Assert.Equal(0, rig.Counted("delivery.report_unmatched"));
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(await rig.Store.ReadStateAsync(SealedDeliveries.ReportScope, CancellationToken.None).ToListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(DeliveryOutcome.Delivered, DeliveryState.Delivered)]
    [InlineData(DeliveryOutcome.Read, DeliveryState.Read)]
    public async Task What_is_reported_to_be_there_is_not_sent_again(DeliveryOutcome outcome, DeliveryState state)
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => throw new IOException() });
        await rig.StartAsync();
        var first = await rig.OwesAsync("first");
        var id = await rig.OwesAsync("hello", with: content => content with { Hold = "h" });
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
        rig.Disconnect();
        Assert.Equal((Steered.Done, Steered.Done), (await rig.Engine.RetryAsync(first), await rig.Engine.RetryAsync(id)));
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[1].Key, outcome, [new NativeId("n")]));
        Assert.Equal(state, await rig.StateAsync(id));
        Assert.Equal([false, true], rig.Settlements.Select(settled => settled.Delivered));
        Assert.Contains(rig.Claims, claim => claim.Delivery == id && claim.Id == NativeIndex.Of(rig.Sealer, new Address(DeliveryRig.Net, "room"), new NativeId("n")));
        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        rig.Connect();
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(first));
        Assert.Equal(["first", "hello", "first"], rig.SentTexts);
    }

    [Fact]
    public async Task Of_a_part_that_is_there_only_the_rest_is_sent()
    {
        var endpoint = new FakeEndpoint { Capabilities = s_sms };
        endpoint.Answer = _ => endpoint.Sent.Count == 1 ? throw new IOException() : new SendResult.Delivered();
        await using var rig = new DeliveryRig(endpoint);
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two");
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
        rig.Disconnect();
        await rig.Engine.RetryAsync(id);
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Delivered));
        await rig.SettleAsync();
        rig.Connect();
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Equal(["one ", "two"], rig.SentTexts);
    }

    [Fact]
    public async Task That_an_earlier_attempt_failed_is_not_said_of_the_next_one()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => throw new IOException() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.RowAsync(id);
        rig.Disconnect();
        await rig.Engine.RetryAsync(id);
        await rig.Engine.ReportedAsync(new DeliveryReported(rig.Endpoint.Sent[0].Key, DeliveryOutcome.Failed, Why: "off"));
        await rig.SettleAsync();
        rig.Endpoint.Answer = _ => new SendResult.Accepted();
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(DeliveryState.Sent, await rig.StateAsync(id));
        Assert.Contains((await rig.ProgressAsync(id)).Steps, step => step.What == "reported as failed: off");
        Assert.Equal(0, rig.Counted("delivery.report_unmatched"));
    }

    [Fact]
    public async Task What_was_reported_as_failed_is_sent_again_when_a_person_says_so()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_sms, Answer = _ => new SendResult.Accepted() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("one two six");
        await rig.SettleAsync();
        DeliveryOutcome[] outcomes = [DeliveryOutcome.Delivered, DeliveryOutcome.Failed, DeliveryOutcome.Delivered];
        foreach (var (sent, outcome) in rig.Endpoint.Sent.Zip(outcomes).ToList())
        {
            await rig.Engine.ReportedAsync(new DeliveryReported(sent.Key, outcome));
            await rig.SettleAsync();
        }

        Assert.Equal(DeliveryState.Partial, await rig.StateAsync(id));
        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        Assert.Equal(Steered.Done, await rig.Engine.RetryAsync(id));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Equal(["one ", "two ", "six", "two "], rig.SentTexts);
        Assert.NotEqual(rig.Endpoint.Sent[1].Key, rig.Endpoint.Sent[3].Key); // a network that remembers the first would send nothing
    }
}
