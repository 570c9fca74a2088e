using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>Two chat networks, one link, and the real process between them.</summary>
public sealed class LinkJourneyTests
{
    public const string Pair = """
        links:
          - id: pair
            between: ["near:room", "far:chat"]
            deletes: everywhere
            relay: { label: "{{ sender.name }}: " }
        """;

    [Fact]
    public async Task What_is_said_answered_edited_reacted_to_read_and_deleted_here_is_so_there_also_after_a_restart()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Pair, ("near", near), ("far", far));

        JsonArray bold = ["very ", new JsonObject { ["style"] = "Bold", ["words"] = new JsonArray("bold") }];
        var said = near.Says("room", "anna", "very bold", said => said with { Format = bold });
        await far.UntilAsync(network => network.In("chat").Count == 1);
        var there = far.In("chat")[0];
        Assert.Equal(("very bold", "ghost-anna", "anna"), (there.Text, there.Said.From, there.Said.FromName));
        Assert.Equal(bold.ToJsonString(), there.Said.Format!.ToJsonString());

        // Told of its success, Bridge knows what the message is called there.
        await near.UntilAsync(network => network.In("room")[0].Outcome is { Kind: ChatKind.Succeeded });
        await AnswersReactsAndReadsAsync(near, far, said, there);
        await bridge.RestartAsync();

        near.Does(ChatKind.Edit, "room", "anna", said, "not so bold");
        await far.UntilAsync(_ => there.Text == "not so bold");
        var answer = far.Says("chat", "ben", "better", said => said with { ReplyTo = there.Id });
        await near.UntilAsync(network => network.In("room").Count == 3);
        Assert.Equal(("better", said), (near.In("room")[2].Text, near.In("room")[2].Said.ReplyTo));
        near.Does(ChatKind.Delete, "room", "anna", said);
        await far.UntilAsync(_ => there.IsDeleted);
        far.Does(ChatKind.Delete, "chat", "ben", answer);
        await near.UntilAsync(network => network.In("room")[2].IsDeleted);
        Assert.Equal((3, 3), (near.In("room").Count, far.In("chat").Count));
    }

    [Fact]
    public async Task A_picture_of_5_MB_goes_both_ways_byte_for_byte_and_is_readable_nowhere_in_between()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Pair, ("near", near), ("far", far));
        var bytes = RandomNumberGenerator.GetBytes(5_000_000);
        var picture = new ChatFile("cat", "cat.jpg", "image/jpeg", bytes.Length) { ShownAs = AttachmentKind.Image, Caption = "my cat", Width = 4000, Height = 3000 };

        near.SendsFile("room", "anna", picture, bytes);
        await far.UntilAsync(network => network.In("chat").Count == 1);
        var there = far.In("chat")[0].Said.File!;
        Assert.Equal(picture with { Id = there.Id }, there);
        Assert.Equal(bytes, far.File(there.Id));

        far.SendsFile("chat", "ben", picture, [.. bytes.Reverse()]);
        await near.UntilAsync(network => network.In("room").Count == 2);
        Assert.Equal(bytes.Reverse(), near.File(near.In("room")[1].Said.File!.Id));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(bridge.Workspace.DataFolder, "*", SearchOption.AllDirectories),
            file => ReadShared(file).AsSpan().IndexOf(bytes.AsSpan(1_000_000, 32)) >= 0);
    }

    [Fact]
    public async Task A_picture_whose_fetching_was_cut_off_by_a_kill_comes_once_and_whole()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork();
        await using var bridge = await ChatBridge.StartAsync(Pair, ("near", near), ("far", far));
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        near.OnDownload = at =>
        {
            if (at > 1_500_000 && halfway.TrySetResult())
            {
                held.Task.Wait();
            }
        };
        near.SendsFile("room", "anna", new ChatFile("cat", "cat.jpg", "image/jpeg", bytes.Length), bytes);
        await halfway.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await bridge.Daemon.KillAsync();
        held.SetResult();
        await bridge.StartAgainAsync();
        await far.UntilAsync(network => network.In("chat").Count == 1);
        Assert.Equal(bytes, far.File(far.In("chat")[0].Said.File!.Id));
        Assert.Single(far.Sends);
    }

    [Fact]
    public async Task A_far_side_that_knows_text_alone_gets_all_of_it_as_text()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork(ChatRules.TextOnly) { Echoes = false };
        await using var bridge = await ChatBridge.StartAsync(Pair, ("near", near), ("far", far));

        var said = near.Says("room", "anna", "see you at 8");
        near.Does(ChatKind.Edit, "room", "anna", said, "see you at 9");
        near.Does(ChatKind.Reaction, "room", "ben", said, "👍");
        near.Says("room", "ben", "fine", message => message with { ReplyTo = said });
        near.SendsFile("room", "anna", new ChatFile("map", "map.png", "image/png", 3) { ShownAs = AttachmentKind.Image, Caption = "there" }, [1, 2, 3]);
        near.Happens(new ChatEvent { Conversation = "room", Kind = ChatKind.Message, From = "anna", FromName = "anna", Place = [52.5, 13.4] });
        near.Does(ChatKind.Delete, "room", "anna", said);
        await far.UntilAsync(network => network.In("chat").Count >= 6 && network.TextsIn("chat")[^1].EndsWith("(deleted)", StringComparison.Ordinal));
        Assert.Equal(
            [
                "anna: see you at 9",
                "> see you at 8\nben: (reacted 👍)",
                "> see you at 8\nben: fine",
                "anna: (picture: map.png, 3 B, cannot be shown here)\nthere",
                "anna: geo:52.5,13.4",
                "> see you at 8\nanna: (deleted)",
            ],
            Unfolded(far.TextsIn("chat")));

        far.Says("chat", "plumber", "I will come");
        await near.UntilAsync(network => network.TextsIn("room").Contains("I will come"));
        Assert.Equal("ghost-plumber", near.In("room")[^1].Said.From);
    }

    [Fact]
    public async Task An_answer_that_is_lost_makes_no_second_message()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork { OnSend = (_, before) => before == 0 ? ChatPlan.LoseAnswer : ChatPlan.Take };
        await using var bridge = await ChatBridge.StartAsync(Pair, ("near", near), ("far", far));
        near.Says("room", "anna", "once");
        near.Says("room", "anna", "and then");
        await near.UntilAsync(network => network.In("room").All(message => message.Outcome is { Kind: ChatKind.Succeeded }), TimeSpan.FromSeconds(60));
        Assert.Equal(["once", "and then"], far.TextsIn("chat"));
        Assert.Equal(["once", "and then"], near.TextsIn("room"));
    }

    [Fact]
    public async Task What_the_far_side_refuses_is_told_beside_the_message()
    {
        await using var near = new ChatNetwork();
        await using var far = new ChatNetwork { OnSend = (_, _) => ChatPlan.Refuse("no such number") };
        await using var bridge = await ChatBridge.StartAsync(Pair, ("near", near), ("far", far));
        near.Says("room", "anna", "hello");
        await near.UntilAsync(network => network.In("room")[0].Outcome is not null);
        Assert.Equal((ChatKind.Failed, "no such number"), (near.In("room")[0].Outcome!.Kind, near.In("room")[0].Outcome!.Text));
    }

    private static async Task AnswersReactsAndReadsAsync(ChatNetwork near, ChatNetwork far, string said, ChatMessage there)
    {
        far.Does(ChatKind.Typing, "chat", "ben");
        await near.UntilAsync(network => network.ConversationNamed("room").Typing.Contains("ghost-ben"));
        far.Says("chat", "ben", "really?", answer => answer with { ReplyTo = there.Id });
        await near.UntilAsync(network => network.In("room").Count == 2);
        Assert.Equal(("really?", "ghost-ben", said), (near.In("room")[1].Text, near.In("room")[1].Said.From, near.In("room")[1].Said.ReplyTo));

        far.Does(ChatKind.Reaction, "chat", "ben", there.Id, "👍");
        await near.UntilAsync(network => network.In("room")[0].Reactions.Count == 1);
        Assert.Equal([("ghost-ben", "👍")], near.In("room")[0].Reactions);
        far.Does(ChatKind.Unreaction, "chat", "ben", there.Id, "👍");
        await near.UntilAsync(network => network.In("room")[0].Reactions.Count == 0);

        far.Does(ChatKind.Read, "chat", "ben", there.Id);
        await near.UntilAsync(network => network.In("room")[0].ReadBy.Contains("ghost-ben"));
        near.Does(ChatKind.Edit, "room", "anna", said, "quite bold");
        await far.UntilAsync(_ => there is { Text: "quite bold", Edits: 1 });
    }

    // An edit that comes before its message was handed over is folded into it; one that comes later is a line of its own.
    private static IEnumerable<string> Unfolded(IReadOnlyList<string> texts) =>
        texts.Count > 6 ? ["anna: see you at 9", .. texts.Skip(2)] : texts;

    private static byte[] ReadShared(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            return copy.ToArray();
        }
        catch (IOException)
        {
            return []; // a lock, or gone
        }
    }
}
