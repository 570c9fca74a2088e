using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>What happens in rooms, as Bridge hears it.</summary>
public sealed class ReceivingTests
{
    [Fact]
    public async Task A_message_is_heard_with_its_senders_name_and_time()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        var id = anna.Say(room, "hello");
        var heard = await matrix.HeardAsync(inbound => inbound.Event is MessagePosted);
        Assert.Equal((new NativeId(id), RunningMatrix.At(room)), (heard.NativeId!.Value, heard.Address));
        Assert.Equal(("@anna:hs.test", "anna"), (heard.Sender!.Value, heard.Sender.Name));
        Assert.NotNull(heard.OccurredAt);
    }

    [Fact]
    public async Task A_rooms_name_comes_with_its_messages_and_its_change_is_an_event()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        anna.Say(room, "nameless");
        Assert.Null((await matrix.HeardAsync(Says("nameless"))).Conversation);
        anna.Send(room, new { name = "Kitchen" }, "m.room.name", "");
        anna.Say(room, "named");
        Assert.Equal("Kitchen", (await matrix.HeardAsync(Says("named"))).Conversation!.Name!.Value.Value);
        Assert.Equal("Kitchen", matrix.Heard.Select(inbound => inbound.Event).OfType<ConversationChanged>().Single().Name!.Value.Value);
    }

    [Fact]
    public async Task What_was_said_before_is_read_oldest_first_without_Bridges_own()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        for (var i = 0; i < 150; i++)
        {
            anna.Say(room, $"n{i}");
        }

        await matrix.Delivered(matrix.From(room, "own"));
        var latest = await matrix.Endpoint.LatestAsync(RunningMatrix.At(room), 120, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(30, 120).Select(i => $"n{i}"), latest.Select(inbound => ((TextPart)((MessagePosted)inbound.Event).Parts[0]).Text.Value));
        Assert.All(latest, inbound => Assert.True(inbound.Historic));
    }

    [Fact]
    public async Task Edits_reactions_redactions_replies_and_threads_keep_their_targets()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        var root = anna.Say(room, "root");
        anna.Edit(room, root, "root, better");
        var reaction = anna.React(room, root, "❤");
        anna.Reply(room, root, "reply");
        anna.SayInThread(room, root, "in thread");
        await matrix.HeardAsync(Says("in thread")); // what is taken back before it was told has no content any more
        anna.Redact(room, reaction);
        await matrix.HeardAsync(inbound => inbound.Event is MessageDeleted);
        var target = new NativeId(root);
        var edit = matrix.Heard.Select(inbound => inbound.Event).OfType<MessageEdited>().Single();
        Assert.Equal((target, "root, better"), (edit.Target, edit.Text.Value));
        var heart = matrix.Heard.Select(inbound => inbound.Event).OfType<ReactionChanged>().Single();
        Assert.Equal((target, "❤\uFE0F"), (heart.Target, heart.Reaction.Value));
        Assert.Equal(target, matrix.Heard.Single(Says("reply")).ReplyTo);
        var threaded = matrix.Heard.Single(Says("in thread"));
        Assert.Equal((null, target), (threaded.ReplyTo, threaded.Thread!.Value));
        Assert.Equal(new NativeId(reaction), matrix.Heard.Select(inbound => inbound.Event).OfType<MessageDeleted>().Single().Target);
    }

    [Fact]
    public async Task Typing_and_receipts_are_heard_under_the_unstable_name()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        var id = anna.Say(room, "hello");
        anna.Type(room);
        anna.Type(room, typing: false);
        anna.Read(room, id);
        await matrix.HeardAsync(inbound => inbound.Event is ReceiptReported);
        Assert.Equal([true, false], matrix.Heard.Select(inbound => inbound.Event).OfType<TypingChanged>().Select(typing => typing.Typing));
        Assert.Equal(new NativeId(id), matrix.Heard.Select(inbound => inbound.Event).OfType<ReceiptReported>().Single().UpTo);
    }

    [Fact]
    public async Task Bridges_own_events_are_not_heard()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        await matrix.Delivered(matrix.From(room, "as a ghost"));
        await matrix.Delivered(matrix.From(room, "as the bot", sender: null));
        anna.Say(room, "last");
        await matrix.HeardAsync(Says("last"));
        Assert.Equal(["last"], matrix.HeardTexts);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_acknowledged_and_comes_again()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        matrix.Memory.BeforeCommit = _ => throw new IOException("disk full");
        anna.Say(room, "important");
        await matrix.UntilAsync(() => matrix.Homeserver.PusherOf(matrix.Service).Failed > 0);
        matrix.Memory.BeforeCommit = null;
        await matrix.HeardAsync(Says("important"));
    }

    [Fact]
    public async Task A_notice_is_heard_as_one_and_another_bridges_word_as_a_bots()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        anna.Send(room, new { msgtype = "m.notice", body = "beep" });
        anna.Send(room, new Dictionary<string, object> { ["msgtype"] = "m.text", ["body"] = "alert", ["bridge.origin"] = new { k = "k", hops = 3, severity = "warning", bridge = true, place = Marker.PlaceOf(anna.Id, room) } });
        await matrix.HeardAsync(Says("alert"));
        Assert.Equal(MessageManner.Notice, ((MessagePosted)matrix.Heard.Single(Says("beep")).Event).Manner);
        var alert = matrix.Heard.Single(Says("alert"));
        Assert.Equal((3, Severity.Warning, true), (alert.Hops, alert.Severity!.Value, alert.Sender!.IsBot));
    }

    [Theory]
    [InlineData("to another room")]
    [InlineData("by somebody else")]
    [InlineData("of the former form")]
    public async Task A_forwarded_alert_is_what_a_person_says_whatever_its_copied_mark_says(string copied)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, alerts) = await TogetherAsync(matrix);
        var other = anna.CreateRoom(isPublic: true);
        anna.Invite(other, "@bridge:hs.test");
        await matrix.UntilAsync(() => IsIn(matrix, other));
        await matrix.Delivered(matrix.From(alerts, "leak!", sender: null) with { Severity = Severity.Critical, Hops = 2 });
        var content = JsonNode.Parse(matrix.Homeserver.MessagesIn(alerts)[^1].Content.GetRawText())!.AsObject();
        content["bridge.origin"]!.AsObject().Remove(copied == "of the former form" ? "place" : "");
        anna.Send(copied == "to another room" ? other : alerts, content);
        var forwarded = await matrix.HeardAsync(Says("leak!"));
        Assert.Equal((0, (Severity?)null, false), (forwarded.Hops, forwarded.Severity, forwarded.Sender!.IsBot));
    }

    [Fact]
    public async Task How_much_it_matters_is_taken_of_a_bridges_own_word_and_not_of_what_somebody_says_through_it()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        var mark = new { k = "k", hops = 1, severity = "critical", bridge = false, place = Marker.PlaceOf(anna.Id, room) };
        anna.Send(room, new Dictionary<string, object> { ["msgtype"] = "m.text", ["body"] = "hi", ["bridge.origin"] = mark });
        var heard = await matrix.HeardAsync(Says("hi"));
        Assert.Equal((1, (Severity?)null, false), (heard.Hops, heard.Severity, heard.Sender!.IsBot));
    }

    [Fact]
    public async Task That_somebody_removed_the_bot_is_said()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        await matrix.UntilAsync(() => !matrix.Memory.State.Keys.Any(key => key.StartsWith("chore/", StringComparison.Ordinal)));
        anna.Kick(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Reports.Count > 0);
        Assert.Contains("removed the bot", Assert.Single(matrix.Reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_of_a_local_user_is_accepted()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom();
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => IsIn(matrix, room));
    }

    [Fact]
    public async Task An_encrypted_room_is_told_once_and_what_is_owed_to_it_is_refused()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        anna.Send(room, new { algorithm = "m.megolm.v1.aes-sha2" }, "m.room.encryption", "");
        anna.Send(room, new { algorithm = "m.megolm.v1.aes-sha2", ciphertext = "x" }, "m.room.encrypted");
        await matrix.UntilAsync(() => matrix.Homeserver.MessagesIn(room).Count > 0);
        var refused = Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From(room, "secret")));
        Assert.Contains("encrypted", refused.Why, StringComparison.Ordinal);
        await matrix.RestartAsync();
        anna.Send(room, new { algorithm = "m.megolm.v1.aes-sha2", ciphertext = "y" }, "m.room.encrypted");
        anna.Send(room, new { name = "x" }, "m.room.name", "");
        await matrix.HeardAsync(inbound => inbound.Event is ConversationChanged);
        Assert.Contains("encrypted", Assert.Single(matrix.Homeserver.MessagesIn(room)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_written_in_the_clear_into_a_room_that_was_encrypted_while_Bridge_was_away(bool isAway)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        await matrix.Delivered(matrix.From(room, "in the clear"));
        await matrix.UntilAsync(() => !matrix.Memory.State.Keys.Any(key => key.StartsWith("chore/", StringComparison.Ordinal)));
        await matrix.StopAsync();
        if (isAway)
        {
            anna.Send(room, new { algorithm = "m.megolm.v1.aes-sha2" }, "m.room.encryption", "");
            matrix.Homeserver.Faults.Next(Operation.Ping, Fault.ProxyError(502)); // so that it is told when the homeserver tries again by itself
        }

        var asked = KindsAsked();
        await matrix.RestartAsync();
        var result = await matrix.Send(matrix.From(room, "owed since"));
        await matrix.Send(matrix.From(room, "and this"));
        Assert.Equal((asked + 1, isAway ? 0 : 1), (KindsAsked(), matrix.Homeserver.CountOf(room, "owed since")));
        if (isAway)
        {
            Assert.Contains("encrypted", Assert.IsType<SendResult.Refused>(result).Why, StringComparison.Ordinal);
            await matrix.UntilAsync(() => matrix.Homeserver.MessagesIn(room)[^1].Body!.Contains("encrypted", StringComparison.Ordinal));
        }

        int KindsAsked() => matrix.Homeserver.Calls.Count(
            call => call.Operation == Operation.GetState && call.Path.Contains("m.room.encryption", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_said_before_is_as_many_messages_as_are_wanted_and_reads_as_after_its_edits()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await TogetherAsync(matrix);
        var mallory = matrix.Homeserver.User("mallory");
        anna.Invite(room, mallory.Id);
        mallory.Join(room);
        foreach (var number in Enumerable.Range(1, 5))
        {
            var id = anna.Say(room, $"helo {number}");
            anna.Edit(room, id, $"hallo {number}");
            anna.React(room, id, "+1");
            anna.Edit(room, id, $"hello {number}");
            mallory.Edit(room, id, "hacked");
        }

        var found = await matrix.Endpoint.LatestAsync(RunningMatrix.At(room), 3, TestContext.Current.CancellationToken);
        Assert.Equal(["hello 3", "hello 4", "hello 5"], found.Select(inbound => ((TextPart)((MessagePosted)inbound.Event).Parts[0]).Text.Value));
        Assert.All(found, inbound => Assert.True(inbound.Historic));
    }

    [Fact]
    public async Task A_room_that_the_configuration_names_by_alias_is_heard_under_that_name()
    {
        await using var matrix = await RunningMatrix.PrepareAsync(interests: ["#alerts:hs.test"]);
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna, alias: "alerts");
        await matrix.ConnectAsync();
        await matrix.Delivered(matrix.From("#alerts:hs.test", "hello", sender: null));
        anna.Say(room, "hi");
        Assert.Equal(RunningMatrix.At("#alerts:hs.test"), (await matrix.HeardAsync(Says("hi"))).Address);
    }

    internal static Func<Inbound, bool> Says(string text) =>
        inbound => inbound.Event is MessagePosted { Parts: [TextPart part] } && part.Text.Value == text;

    /// <summary>A user and a room in which the bot is, too.</summary>
    internal static async Task<(MatrixUser User, string Room)> TogetherAsync(RunningMatrix matrix)
    {
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom();
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => IsIn(matrix, room));
        return (anna, room);
    }

    internal static bool IsIn(RunningMatrix matrix, string room) =>
        matrix.Homeserver.StateOf(room, "m.room.member", "@bridge:hs.test")?.GetProperty("membership").GetString() == "join";
}
