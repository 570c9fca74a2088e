using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class ParkingTests
{
    [Fact]
    public async Task Deliveries_of_a_removed_endpoint_are_parked_and_go_out_when_it_is_back()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        rig.Directory.Remove(DeliveryRig.Net);
        rig.Engine.EndpointChanged(DeliveryRig.Net);
        var later = await rig.OwesAsync("later");
        Assert.Equal(DeliveryState.Parked, await rig.StateAsync(id));
        Assert.Equal(DeliveryState.Parked, await rig.StateAsync(later));
        Assert.Equal("endpoint removed", (await rig.ProgressAsync(id)).Reason);

        rig.Directory.Add(DeliveryRig.Net, rig.Endpoint);
        rig.Engine.EndpointChanged(DeliveryRig.Net);
        Assert.Equal(DeliveryState.Pending, await rig.StateAsync(id));
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(["hello", "later"], rig.SentTexts);
    }

    [Fact]
    public async Task An_endpoint_that_cannot_send_now_says_why()
    {
        await using var rig = new DeliveryRig();
        rig.Directory.Add(DeliveryRig.Net, rig.Endpoint, parkReason: "the console is not a terminal");
        rig.Directory.Connect(DeliveryRig.Net);
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        Assert.Equal(DeliveryState.Parked, await rig.StateAsync(id));
        Assert.Equal("the console is not a terminal", (await rig.ProgressAsync(id)).Reason);
        Assert.Empty(rig.SentTexts);
    }

    [Fact]
    public async Task What_cannot_be_opened_any_more_becomes_a_dead_letter_that_says_why_and_holds_up_nobody()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        var lost = await rig.OwesAsync("lost");
        rig.Keys.Destroy([Sealer.KeyIdOf((await rig.RowAsync(lost)).Content)]);
        var later = await rig.OwesAsync("later");
        await rig.RestartAsync();
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(lost));
        Assert.Equal("it cannot be opened: its key was destroyed", (await rig.ProgressAsync(lost)).Reason);
        Assert.Equal(1, rig.Counted("sealing.cannot_open"));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(later));
        Assert.Equal(["later"], rig.SentTexts);
    }

    [Fact]
    public async Task Parked_deliveries_expire_by_the_clock()
    {
        await using var rig = new DeliveryRig();
        rig.Directory.Remove(DeliveryRig.Net);
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello", with: c => c with { Expires = c.OccurredAt.AddMinutes(1) });
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DeliveryState.Expired, await rig.StateAsync(id));
    }

    [Fact]
    public async Task Parked_deliveries_are_found_again_after_a_restart()
    {
        await using var rig = new DeliveryRig();
        rig.Directory.Remove(DeliveryRig.Net);
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        Assert.Equal(DeliveryState.Parked, await rig.StateAsync(id));
        rig.Directory.Add(DeliveryRig.Net, rig.Endpoint);
        rig.Directory.Connect(DeliveryRig.Net);
        await rig.RestartAsync();
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }
}
