using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

/// <summary>What is owed to an address that asked not to be written to.</summary>
public sealed class OptOutTests
{
    private static readonly ResendClass.Unsafe s_unsafe = new();

    [Fact]
    public async Task Nothing_goes_there_but_the_answer_and_others_are_written_to()
    {
        await using var rig = await StartAsync();
        Stop(rig, "room");
        var refused = await rig.OwesAsync("news");
        var answer = await rig.OwesAsync("no more news", with: content => content with { IsAnswer = true });
        await rig.OwesAsync("to others", to: "elsewhere");
        await rig.SettleAsync();
        Assert.Equal(["no more news", "to others"], rig.SentTexts.Order());
        Assert.Equal((DeliveryState.Failed, DeliveryState.Delivered), (await rig.StateAsync(refused), await rig.StateAsync(answer)));
        var progress = await rig.ProgressAsync(refused);
        Assert.Equal(("it asked for that", "START lifts it; by hand: bridge optouts remove"), (progress.Reason, progress.Cure));
        Assert.Contains(progress.Steps, step => step.What == "failed: it asked for that");
        Assert.Equal((1, 1), (rig.Counted("delivery.unwanted"), rig.Counted("delivery.failed")));
    }

    [Fact]
    public async Task What_waits_already_does_not_go_either_and_costs_nothing_of_the_day()
    {
        await using var rig = await StartAsync(new EndpointLimits(PerDay: 2));
        rig.Disconnect();
        var waiting = new[] { await rig.OwesAsync("1"), await rig.OwesAsync("2"), await rig.OwesAsync("3") };
        Stop(rig, "room");
        await rig.OwesAsync("4", to: "elsewhere");
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(["4"], rig.SentTexts);
        Assert.Equal(1, rig.Engine.DayOf(DeliveryRig.Net)!.Spent);
        foreach (var id in waiting)
        {
            Assert.Equal(DeliveryState.Failed, await rig.StateAsync(id));
        }
    }

    [Fact]
    public async Task What_waits_in_the_store_only_does_not_go_either_nor_does_it_after_a_start()
    {
        await using var rig = await StartAsync();
        rig.Disconnect();
        for (var i = 0; i < 1_300; i++)
        {
            await rig.OwesAsync($"{i}");
        }

        var stop = Stop(rig, "room");
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1_300, (await rig.Store.CountDeliveriesAsync(CancellationToken.None))[DeliveryState.Failed]);
        Assert.Empty((await rig.Engine.OverviewAsync(10)).SelectMany(endpoint => endpoint.Lanes));
        rig.OptOuts.Follow(stop, null);
        await rig.OwesAsync("after the start");
        await rig.SettleAsync();
        Assert.Equal(["after the start"], rig.SentTexts);
    }

    [Fact]
    public async Task A_message_that_is_half_sent_ends_as_partial()
    {
        await using var rig = await StartAsync();
        rig.Endpoint.Capabilities = new() { Sends = EventFeature.Text, Resend = s_unsafe, MaxTextLength = 10 };
        rig.Endpoint.Answer = _ => rig.Endpoint.Sent.Count == 1 ? new SendResult.Delivered() : new SendResult.Deferred("busy");
        var id = await rig.OwesAsync("the first half and the second half");
        await rig.SettleAsync();
        Stop(rig, "room");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(DeliveryState.Partial, await rig.StateAsync(id));
    }

    [Fact]
    public async Task What_may_have_been_sent_before_is_uncertain_and_not_sent_again()
    {
        await using var rig = await StartAsync();
        rig.Endpoint.Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Keyed(TimeSpan.FromDays(1)) };
        rig.Endpoint.Answer = _ => new SendResult.Uncertain("no answer");
        var id = await rig.OwesAsync("news");
        await rig.SettleAsync();
        Stop(rig, "room");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Single(rig.Endpoint.Sent);
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
    }

    private static async Task<DeliveryRig> StartAsync(EndpointLimits? limits = null)
    {
        var rig = new DeliveryRig(new FakeEndpoint { Capabilities = new() { Sends = EventFeature.Text, Resend = s_unsafe } }, limits);
        await rig.StartAsync();
        return rig;
    }

    private static OptedOut Stop(DeliveryRig rig, string room)
    {
        var stop = new OptedOut(new Address(DeliveryRig.Net, room), "it asked for that", "START lifts it", rig.Clock.GetUtcNow(), EventId.New(rig.Clock));
        rig.OptOuts.Follow(null, stop);
        return stop;
    }
}
