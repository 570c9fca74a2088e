using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>One endpoint that does not answer, and all the others.</summary>
public sealed class HangingEndpointTests
{
    private const string Rules = """
        links:
          - id: good
            between: ["near:room", "far:chat"]
          - id: stuck
            between: ["near:cellar", "hung:chat"]
          - id: both
            between: ["near:hall", "far:hall", "hung:hall"]
        """;

    [Fact]
    public async Task While_one_endpoint_hangs_the_others_keep_their_latency()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var hung = new ChatNetwork { OnSend = (_, _) => ChatPlan.Hang };
        await using var bridge = await ChatBridge.StartAsync(Rules, ("near", near), ("far", far), ("hung", hung));
        var before = await MedianAsync(near, far, "room", "chat");

        foreach (var number in Enumerable.Range(0, 50))
        {
            near.Says("cellar", "anna", $"into the well {number}");
        }

        await hung.UntilAsync(network => network.Sends.Count > 0);
        var during = await MedianAsync(near, far, "room", "chat");
        var shared = await MedianAsync(near, far, "hall", "hall");
        Assert.Empty(hung.In("chat"));
        Assert.InRange(during, TimeSpan.Zero, (before * 5) + TimeSpan.FromMilliseconds(250));
        Assert.InRange(shared, TimeSpan.Zero, (before * 5) + TimeSpan.FromMilliseconds(250));
    }

    private static async Task<TimeSpan> MedianAsync(ChatNetwork near, ChatNetwork far, string from, string to)
    {
        var times = new List<TimeSpan>();
        var seen = far.In(to).Count;
        for (var number = 1; number <= 20; number++)
        {
            var began = TimeProvider.System.GetTimestamp();
            near.Says(from, "anna", $"message {number}");
            await far.UntilAsync(network => network.In(to).Count == seen + number);
            times.Add(TimeProvider.System.GetElapsedTime(began));
        }

        return times.Order().ElementAt(10);
    }
}
