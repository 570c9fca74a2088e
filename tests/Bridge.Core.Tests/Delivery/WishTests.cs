using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class WishTests
{
    [Fact]
    public async Task A_person_sends_a_dead_letter_again_with_new_limits_of_time()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => new SendResult.Refused("no") });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello", with: c => c with { Expires = c.OccurredAt.AddMinutes(5) });
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(id));
        await rig.PassAsync(TimeSpan.FromDays(3));
        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        Assert.Equal(Steered.Done, await rig.Engine.RetryAsync(id));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Single(rig.Endpoint.Sent.Select(sent => sent.Key).Distinct());
    }

    [Fact]
    public async Task A_retry_is_durable_and_survives_a_crash()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => new SendResult.Refused("no") });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.RowAsync(id);
        rig.Disconnect();
        Assert.Equal(Steered.Done, await rig.Engine.RetryAsync(id));
        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        await rig.RestartAsync();
        rig.Connect();
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_retry_that_the_store_fails_says_so_and_holds_up_nobody()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => new SendResult.Refused("no") });
        await rig.StartAsync();
        var id = await rig.ForwardsAsync(MessagePosted.Of("hello"));
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(id));
        rig.Store.EventsUnreadable = new StoreException("the disk does not answer");
        await Assert.ThrowsAsync<StoreException>(() => rig.Engine.RetryAsync(id).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        rig.Store.EventsUnreadable = null;
        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        Assert.Equal(Steered.Done, await rig.Engine.RetryAsync(id).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_person_ends_the_wait_before_the_next_attempt()
    {
        var answers = new Queue<SendResult>([new SendResult.Deferred("busy", TimeSpan.FromHours(1)), new SendResult.Delivered()]);
        await using var rig = new DeliveryRig(new FakeEndpoint { Answer = _ => answers.Dequeue() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        Assert.Equal(Steered.Done, await rig.Engine.RetryAsync(id));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_person_drops_what_waits_what_is_in_the_store_and_what_is_dead()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        var ids = new List<DeliveryId>();
        for (var i = 0; i < 1_100; i++)
        {
            ids.Add(await rig.OwesAsync($"{i}"));
        }

        Assert.Equal(Steered.Done, await rig.Engine.DropAsync(ids[5]));
        Assert.Equal(Steered.Done, await rig.Engine.DropAsync(ids[1_050]));
        Assert.Equal(Steered.NotFound, await rig.Engine.DropAsync(new DeliveryId(99_999)));
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(1_098, rig.Endpoint.Sent.Count);
        Assert.Equal(DeliveryState.Dropped, await rig.StateAsync(ids[1_050]));
        Assert.Equal(Steered.Impossible, await rig.Engine.DropAsync(ids[0]));
    }

    [Fact]
    public async Task What_is_being_handed_over_is_not_dropped()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        Assert.Equal(Steered.InHand, await rig.Engine.DropAsync(id));
    }
}
