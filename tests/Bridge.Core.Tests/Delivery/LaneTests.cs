using Bridge.Core.Storage;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class LaneTests
{
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
}
