using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>Conversations that are made on demand, by the real process.</summary>
public sealed class PortalJourneyTests
{
    private const string Portals = """
        people:
          anna: { addresses: ["near:anna"] }
        links:
          - id: portals
            between: ["near:*", "far:*"]
            portal: { create: on_message, invite: [anna], name: "{{ sender.name }} (far)" }
        """;

    private const int Chats = 40;

    [Fact]
    public async Task Each_is_made_once_though_the_daemon_is_killed_while_it_makes_them_and_answers_find_their_way()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Portals, ("near", near), ("far", far));
        foreach (var chat in Enumerable.Range(0, Chats))
        {
            far.Says($"chat{chat}", $"person{chat}", $"hello from {chat}");
        }

        // Killed between the making and the remembering: the network's answer to some of them never comes.
        near.OnOpen = _ => near.Openings.Count % 8 == 7 ? ChatPlan.TakeInSilence : ChatPlan.Take;
        await near.UntilAsync(network => network.Openings.Count >= Chats / 2);
        near.OnOpen = _ => ChatPlan.Take;
        await bridge.KillAndRestartAsync();
        await near.UntilAsync(network => network.Conversations.Sum(room => room.Messages.Count) >= Chats);

        var rooms = near.Conversations;
        Assert.Equal(Chats, rooms.Count);
        Assert.All(rooms, room => Assert.Equal(["anna"], room.Invited));
        Assert.All(rooms, room => Assert.Single(room.Messages));
        Assert.All(rooms, room => Assert.Equal($"person{room.Messages[0].Text.Split(' ')[^1]} (far)", room.Name));
        var seventh = rooms.Single(room => room.Messages[0].Text == "hello from 7");
        near.Says(seventh.Id, "anna", "hello yourself");
        await far.UntilAsync(network => network.In("chat7").Count == 2);
        Assert.Equal("hello yourself", far.In("chat7")[1].Text);
        Assert.Equal(Chats + 1, far.Conversations.Sum(chat => chat.Messages.Count));
    }
}
