using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>What is said long ago can still be changed.</summary>
public sealed class LongLinkTests
{
    private const int Between = 10_000;

    [Fact]
    [Trait("Category", "Long")]
    public async Task An_edit_finds_its_message_after_10_000_others_and_a_restart()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork(ChatRules.All with { InFlight = 50 });
        await using var bridge = await ChatBridge.StartAsync(LinkJourneyTests.Pair, ("near", near), ("far", far));
        var first = near.Says("room", "anna", "the first");
        foreach (var number in Enumerable.Range(0, Between))
        {
            near.Says("room", "anna", $"number {number}");
        }

        await far.UntilAsync(network => network.In("chat").Count == Between + 1, TimeSpan.FromMinutes(5));
        await bridge.RestartAsync();
        near.Does(ChatKind.Edit, "room", "anna", first, "the first, corrected");
        var there = far.In("chat")[0];
        far.Says("chat", "ben", "yes?", answer => answer with { ReplyTo = there.Id });
        await far.UntilAsync(_ => there.Text == "the first, corrected");
        await near.UntilAsync(network => network.In("room").Count == Between + 2);
        Assert.Equal(first, near.In("room")[^1].Said.ReplyTo);
        Assert.Equal(Between + 2, far.In("chat").Count);
        Assert.Equal(["the first, corrected", .. Enumerable.Range(0, Between).Select(number => $"number {number}"), "yes?"], far.TextsIn("chat"));
    }
}
