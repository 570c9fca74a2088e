using Bridge.Core.Configuration;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Random talk at both ends, with crashes, lost answers, full disks and repeats: <see cref="LinkModel"/>.</summary>
public sealed class LinkModelTests
{
    private const int Steps = 60;

    [Fact]
    public Task Both_ends_of_a_fixed_link_show_the_same_in_the_end() => RunAsync(12);

    [Fact]
    public Task Both_ends_of_a_portal_show_the_same_in_the_end() => RunPortalAsync(12);

    [Fact]
    [Trait("Category", "Long")]
    public async Task Both_ends_show_the_same_a_thousand_times()
    {
        await RunAsync(500);
        await RunPortalAsync(500);
    }

    private static async Task RunAsync(int runs)
    {
        for (var seed = 0; seed < runs; seed++)
        {
            await using var rig = await LinkRig.StartAsync(new Linked("pair", "near:!a", "far:!b") { Deletes = DeletePolicy.Everywhere });
            await TalkAsync(rig, seed, "near:!a", "far:!b");
        }
    }

    private static async Task RunPortalAsync(int runs)
    {
        for (var seed = 0; seed < runs; seed++)
        {
            await using var rig = await LinkRig.StartAsync(new Linked("portals", "near:*", "far:*") { Deletes = DeletePolicy.Everywhere });
            await rig.SaysAsync("far:chat0", "before everything", "f0");
            await TalkAsync(rig, seed, "near:!room2", "far:chat1");
        }
    }

    private static async Task TalkAsync(LinkRig rig, int seed, string near, string far)
    {
        var model = new LinkModel(rig, new Random(seed));
        try
        {
            if (near == "near:!room2")
            {
                await model.SayAsync(far);
                await rig.SettleAsync();
            }

            for (var step = 0; step < Steps; step++)
            {
                await model.StepAsync(near, far);
            }

            await model.EndAsync();
            model.Check(near, far);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"with seed {seed}", failure);
        }
    }
}
