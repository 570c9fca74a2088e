using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>Two Bridge processes that do not know of each other, in one conversation.</summary>
public sealed class TwoBridgesTests
{
    private const string Pair = """
        links:
          - id: pair
            between: ["near:room", "far:chat"]
        """;

    [Fact]
    public async Task Both_fail_and_neither_carries_what_the_other_tells_of_it()
    {
        await using var room = new ChatNetwork(ChatRules.All with { Sends = ChatRules.Everything & ~Abstractions.EventFeature.Outcome });
        await using var broken = new ChatNetwork { OnSend = (_, _) => ChatPlan.Refuse("no such number") };
        await using var first = await ChatBridge.StartAsync(Pair, ("near", room, "first"), ("far", broken, "first"));
        await using var second = await ChatBridge.StartAsync(Pair, ("near", room, "second"), ("far", broken, "second"));
        room.Says("room", "anna", "hello");
        await room.UntilAsync(network => network.In("room").Count == 3);
        room.Says("room", "anna", "still there?");
        await room.UntilAsync(network => network.In("room").Count == 6);
        Assert.Equal(4, broken.Sends.Count);
        Assert.Equal(4, room.TextsIn("room").Count(text => text.Contains("not delivered", StringComparison.Ordinal)));
    }

    /// <summary>The room keeps no mark of a notice and no count of bridges: what one tells looks to the other like what people say.</summary>
    [Fact]
    public async Task Where_nothing_tells_them_apart_nobody_is_told_what_became_of_what_the_other_told()
    {
        await using var room = new ChatNetwork(ChatRules.All with { Sends = Abstractions.EventFeature.Text, Marks = false });
        await using var broken = new ChatNetwork { OnSend = (_, _) => ChatPlan.Refuse("no such number") };
        await using var first = await ChatBridge.StartAsync(Pair, ("near", room, "first"), ("far", broken, "first"));
        await using var second = await ChatBridge.StartAsync(Pair, ("near", room, "second"), ("far", broken, "second"));
        room.Says("room", "anna", "hello");
        await broken.UntilAsync(network => network.Sends.Count == 4);
        room.Says("room", "anna", "still there?");
        await broken.UntilAsync(network => network.Sends.Count == 8);
        Assert.Equal(4, room.TextsIn("room").Count(text => text.Contains("not delivered", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Neither network keeps a count of bridges: each takes what the other carried for what people say. Whichever has counted enough first stops both rounds of the loop, for
    /// each passes through either bridge; the other then may never have cause to say anything.
    /// </summary>
    [Fact]
    public async Task Where_both_carry_between_the_same_two_rooms_the_breaker_ends_the_loop_and_says_so()
    {
        var plain = ChatRules.All with { Sends = Abstractions.EventFeature.Text, Marks = false };
        await using var room = new ChatNetwork(plain);
        await using var chat = new ChatNetwork(plain);
        await using var first = await ChatBridge.StartAsync(Pair, ("near", room, "first"), ("far", chat, "first"));
        await using var second = await ChatBridge.StartAsync(Pair, ("near", room, "second"), ("far", chat, "second"));
        room.Says("room", "anna", "is anybody there tonight?");
        await await Task.WhenAny(first.Daemon.Log.WaitForAsync("back and forth"), second.Daemon.Log.WaitForAsync("back and forth"));
        Assert.InRange(room.TextsIn("room").Count + chat.TextsIn("chat").Count, 8, 40);
    }
}
