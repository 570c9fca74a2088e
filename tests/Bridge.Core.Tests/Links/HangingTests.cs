using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>A slow or hanging endpoint delays only itself.</summary>
public sealed class HangingTests
{
    [Fact]
    public async Task While_one_endpoint_hangs_for_ten_minutes_the_others_wait_for_nothing_and_afterwards_it_gets_everything_in_order()
    {
        await using var rig = await LinkRig.StartAsync(new Linked("all", "near:!a", "far:!b", "third:!c"));
        List<TimeSpan> waits = [];
        var saidAt = rig.Clock.GetUtcNow();
        rig.Far.Answer = outbound =>
        {
            waits.Add(rig.Clock.GetUtcNow() - saidAt);
            return rig.Far.Take(outbound);
        };
        rig.Third.Holding = true;
        for (var minute = 0; minute < 10; minute++)
        {
            saidAt = rig.Clock.GetUtcNow();
            await rig.SaysAsync("near:!a", $"minute {minute}", $"n{minute}");
            await rig.PassAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(minute => $"!b minute {minute}"), LinkRig.Words(rig.Far));
        Assert.All(waits, wait => Assert.Equal(TimeSpan.Zero, wait));
        Assert.Empty(rig.Third.Said);

        rig.Third.Holding = false;
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(
            Enumerable.Range(0, 10).Select(minute => $"minute {minute}"), rig.Third.Said.Select(said => Delivery.DeliveryRig.TextOf(said.Sent)));
    }
}
