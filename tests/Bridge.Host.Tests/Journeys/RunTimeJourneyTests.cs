using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>What a person does while the real process runs: chats are started, conversations linked, silenced and unlinked, from a conversation and from the shell.</summary>
public sealed class RunTimeJourneyTests
{
    private const string Rules = """
        people:
          anna: { addresses: ["near:anna"] }
        access: { management: ["near:bridge"], roles: { admin: [anna] } }
        links:
          - { id: portals, between: ["near:*", "far:*"], portal: { create: on_request } }
          - { id: pair, between: ["near:a", "third:a"] }
        """;

    [Fact]
    public async Task A_chat_that_is_started_from_a_conversation_is_there_with_who_asked_and_is_made_once()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var third = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Rules, ("near", near), ("far", far), ("third", third));

        await AskAsync(near, "start-chat far:ben", "portals: far:ben = near:");
        var room = near.Conversations.Single(conversation => conversation.Invited.Count > 0);
        Assert.Equal(("ben", "anna"), (room.Name, Assert.Single(room.Invited)));
        near.Says(room.Id, "anna", "are you there?");
        await far.UntilAsync(network => network.In("ben").Count == 1);
        await bridge.KillAndRestartAsync();
        await AskAsync(near, "start-chat far:ben portals", $"portals: far:ben = near:{room.Id}");
        Assert.Single(near.Openings);
        await AskAsync(near, "start-chat third:a", "no link makes a portal for third:a; there are portals for far:*");

        far.Says("ben", "ben", "yes");
        await near.UntilAsync(network => network.In(room.Id).Count == 2);
        Assert.Contains($"near:{room.Id}", await bridge.Workspace.DoAsync("trace", "2"), StringComparison.Ordinal);
        var delivered = await bridge.Workspace.DoAsync("deliveries", "list", "--all", "--json");
        Assert.DoesNotContain("near:~", delivered, StringComparison.Ordinal);
        Assert.Contains("2 links, 1 portal", await bridge.Workspace.DoAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_made_in_a_conversation_outlives_a_restart_and_a_reload_may_be_silenced_and_is_ended_there()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var third = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Rules, ("near", near), ("far", far), ("third", third));

        var answer = await AskAsync(near, "link near:b third:b", "linked as made.");
        var id = answer.Split(' ', ':')[2];
        near.Says("b", "anna", "one");
        await third.UntilAsync(network => network.TextsIn("b") is ["one"]);
        await bridge.RestartAsync();
        await File.AppendAllTextAsync(bridge.Workspace.ConfigFile, "\ntelemetry: { log: debug }\n", TestContext.Current.CancellationToken);
        await bridge.Daemon.Log.WaitForAsync("generation 2");
        third.Says("b", "ben", "two");
        await near.UntilAsync(network => network.TextsIn("b") is ["one", "two"]);
        await AskAsync(near, "list", $"{id}: near:b = third:b, made at run time by anna");
        Assert.Contains("made at run time by anna", await bridge.Workspace.DoAsync("links", "list"), StringComparison.Ordinal);

        await AskAsync(near, $"silence {id} 2h", $"{id} is silenced by anna until ");
        near.Says("b", "anna", "hush");
        await AskAsync(near, "status", $"{id} is silenced by anna until ");
        Assert.Contains($"{id} is silenced by anna", await bridge.Workspace.DoAsync("status"), StringComparison.Ordinal);
        Assert.Contains("kept quiet by anna", await bridge.Workspace.DoAsync("explain", "--from", "near:b", "hello", "--json"), StringComparison.Ordinal);
        await AskAsync(near, $"silence {id} off", $"{id} may speak again");
        near.Says("b", "anna", "three");
        await third.UntilAsync(network => network.TextsIn("b") is ["one", "two", "three"]);

        await AskAsync(near, "unlink pair", "link pair stands in the configuration, and is changed there; remove it from 'links' in the configuration");
        await AskAsync(near, "link near:a far:x", "near:a is in link pair already; add the other addresses to pair in the configuration");
        await AskAsync(near, $"set-relay {id} \"{{{{ sender.name }}}}: \"", $"the label of {id} is set");
        await AskAsync(near, $"unlink {id}", "no longer linked: ");
        near.Says("b", "anna", "four");
        await AskAsync(near, "list", "pair: near:a = third:a");
        Assert.Equal(["one", "two", "three"], third.TextsIn("b"));
    }

    [Fact]
    public async Task The_shell_does_the_same_and_says_what_is_wrong_with_its_cure()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var third = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Rules, ("near", near), ("far", far), ("third", third));
        var workspace = bridge.Workspace;

        Assert.Contains("not made yet", await RefusedAsync(near, workspace), StringComparison.Ordinal);
        Assert.Contains("far:ben", await workspace.DoAsync("portals", "start", "far:ben", "--near", "near:mine"), StringComparison.Ordinal);
        far.Says("ben", "ben", "hello");
        await near.UntilAsync(network => network.TextsIn("mine") is ["hello"]);
        Assert.Contains("near:mine", await workspace.DoAsync("portals", "list", "--link", "portals"), StringComparison.Ordinal);

        var made = (await workspace.DoAsync("links", "add", "near:b", "third:b", "--label", "{{ sender.name }}: ", "--json")).Split('"')[3];
        Assert.Contains("no longer linked: near:b = third:b", await workspace.DoAsync("links", "remove", made), StringComparison.Ordinal);
        await workspace.DoAsync("silences", "add", "pair", "1h");
        Assert.Contains("the command line", await workspace.DoAsync("silences", "list"), StringComparison.Ordinal);
        Assert.Equal("pair may speak again", await workspace.DoAsync("silences", "remove", "pair"));
        Assert.Equal("none", await workspace.DoAsync("silences", "list"));
        Assert.Contains("no endpoint is called 'nowhere'", (await workspace.RunAsync("links", "add", "near:b", "nowhere:b")).Error, StringComparison.Ordinal);
    }

    // The network says no: who asked hears it, and the portal is listed as not made.
    private static async Task<string> RefusedAsync(ChatNetwork near, Workspace workspace)
    {
        near.OnOpen = _ => ChatPlan.Refuse("no more rooms");
        var refused = await workspace.RunAsync("portals", "start", "far:carl");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("its conversation cannot be made: no more rooms", refused.Error, StringComparison.Ordinal);
        near.OnOpen = _ => ChatPlan.Take;
        return await workspace.DoAsync("portals", "list");
    }

    /// <summary>The answer in the management conversation that begins so.</summary>
    private static async Task<string> AskAsync(ChatNetwork near, string command, string answer)
    {
        var before = near.In("bridge").Count;
        near.Says("bridge", "anna", command);
        await near.UntilAsync(network => network.In("bridge").Count >= before + 2);
        var said = near.In("bridge")[before + 1].Text;
        Assert.True(said.Contains(answer, StringComparison.Ordinal), said);
        return said;
    }
}
