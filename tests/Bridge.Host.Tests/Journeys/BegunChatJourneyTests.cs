using Bridge.Testing.Chat;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>A chat that a Matrix user begins with a ghost, through the real process.</summary>
public sealed class BegunChatJourneyTests
{
    private const string Ghost = "@bridge_far_ben:hs.test";

    [Fact]
    public async Task It_reaches_the_person_with_its_first_words_though_the_daemon_is_killed_when_the_ghost_comes()
    {
        using var daemon = new MatrixProcess();
        await using var network = new ChatNetwork();
        await using var homeserver = await Homeserver.StartAsync(null, daemon.Service);
        var alice = homeserver.User("alice");
        daemon.AddChat();
        daemon.Configure(homeserver, $$"""
              far: { plugin: chat, socket: {{network.Socket}} }
            people: { alice: { addresses: ["matrix:@alice:hs.test"] } }
            links:
              - { id: portals, between: ["matrix:*", "far:*"], portal: { create: on_request, invite: [alice] } }
            """);
        daemon.Start();
        await daemon.UntilAsync(() => homeserver.Knows(daemon.Bot), "the bot is registered");

        var room = alice.StartChat(Ghost);
        alice.Say(room, "are you there?");
        await daemon.UntilAsync(() => MembershipOf(Ghost) == "join", "the ghost is in the room");
        daemon.Kill();
        daemon.Start();
        await daemon.UntilAsync(() => network.In("ben").Count > 0, "it is in the chat");
        network.Says("ben", "ben", "yes");
        await daemon.UntilAsync(() => homeserver.CountOf(room, "yes") > 0, "the answer is in the room");

        Assert.Equal(["are you there?", "yes"], network.In("ben").Select(message => message.Text));
        Assert.Equal((Ghost, "join"), (homeserver.MessagesIn(room)[^1].Sender, MembershipOf(daemon.Bot)));

        var second = alice.StartChat(Ghost);
        await daemon.UntilAsync(() => homeserver.MessagesIn(second).Count == 1, "the ghost says where it is");
        Assert.Contains("another room", homeserver.MessagesIn(second)[0].Body, StringComparison.Ordinal);

        string? MembershipOf(string user) => homeserver.StateOf(room, "m.room.member", user)?.GetProperty("membership").GetString();
    }
}
