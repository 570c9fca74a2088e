using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>Nothing lost and nothing doubled between two rooms, wherever the daemon is killed; also when the homeserver forgets its transactions meanwhile.</summary>
public sealed class MatrixCrashTests(ITestOutputHelper output)
{
    [Fact]
    public Task Everything_said_in_one_room_is_in_the_other_once_after_10_kills() => ProveAsync(10, seed: 401);

    [Fact]
    [Trait("Category", "Long")]
    public Task Everything_said_in_one_room_is_in_the_other_once_after_100_kills() => ProveAsync(100, seed: 402);

    private async Task ProveAsync(int times, int seed)
    {
        await using var kills = await MatrixKills.BeginAsync(seed);
        for (var i = 0; i < times; i++)
        {
            await kills.KillAsync();
        }

        var account = await kills.AccountAsync();
        output.WriteLine($"{times} kills, {kills.Said} messages: {string.Join(", ", kills.Kills)}");
        Assert.Equal("", account);
    }
}
