using Bridge.Abstractions;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

/// <summary>How much of what is owed a lane keeps in memory, through the engine.</summary>
public sealed class LaneMemoryTests
{
    [Fact]
    public async Task Of_long_texts_and_their_formatting_few_are_in_memory_before_a_restart_and_after()
    {
        await using var rig = new DeliveryRig();
        rig.Disconnect();
        await rig.StartAsync();
        var words = new MessageText(new string('x', 64_000));
        for (var i = 0; i < 600; i++)
        {
            BridgeEvent said = (i % 3) switch
            {
                0 => MessagePosted.Of($"{i} {words.Value}"),
                1 => new MessageEdited(new NativeId("1"), words),
                _ => new MessagePosted([new TextPart(new MessageText($"{i}")) { Format = [new QuoteNode([new PlainNode(words)])] }]),
            };
            await rig.ForwardsAsync(said);
        }

        await rig.SettleAsync();
        Assert.InRange(await InMemoryAsync(rig), 1, 40);
        await rig.RestartAsync();
        Assert.InRange(await InMemoryAsync(rig), 1, 40);
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(600, rig.Endpoint.Sent.Count);
    }

    private static async Task<int> InMemoryAsync(DeliveryRig rig) => (await rig.Engine.OverviewAsync(1)).Single().Lanes.Single().Owed;
}
