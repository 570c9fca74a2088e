using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>What Bridge sends, as the room gets it.</summary>
public sealed class SendingTests
{
    [Fact]
    public async Task A_person_of_another_network_speaks_as_a_ghost_with_its_name()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, "hello"));
        var said = Assert.Single(matrix.Homeserver.MessagesIn(room));
        Assert.Equal("@bridge_modem_=2b491700001:hs.test", said.Sender);
        Assert.Equal("m.text", said.Text("msgtype"));
        Assert.Equal("Al", matrix.Homeserver.StateOf(room, "m.room.member", said.Sender)?.GetProperty("displayname").GetString());
    }

    [Theory]
    [InlineData(Severity.Notice, MessageManner.Said, "m.notice")]
    [InlineData(Severity.Warning, MessageManner.Said, "m.text")]
    [InlineData(Severity.Critical, MessageManner.Said, "m.text")]
    [InlineData(Severity.Critical, MessageManner.Notice, "m.notice")]
    [InlineData(Severity.Notice, MessageManner.Emote, "m.emote")]
    public async Task Bridge_itself_gives_notice_or_calls_by_severity(Severity severity, MessageManner manner, string expected)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, MessagePosted.Of("leak") with { Manner = manner }, sender: null) with { Severity = severity });
        var said = Assert.Single(matrix.Homeserver.MessagesIn(room));
        Assert.Equal(("@bridge:hs.test", expected), (said.Sender, said.Text("msgtype")));
    }

    [Fact]
    public async Task Two_ghosts_with_the_same_key_in_one_room_are_two_events()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, "one", sender: "1", key: "the-same"));
        await matrix.Delivered(matrix.From(room, "two", sender: "2", key: "the-same"));
        Assert.Equal(["one", "two"], matrix.Homeserver.MessagesIn(room).Select(said => said.Body));
    }

    [Fact]
    public async Task A_repeat_of_a_key_is_the_same_event_although_the_answer_was_lost()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, "before"));
        var outbound = matrix.From(room, "once");
        matrix.Homeserver.Faults.Next(Operation.Send, Fault.AnswerLost);
        Assert.IsType<SendResult.Uncertain>(await matrix.Send(outbound));
        await matrix.UntilAsync(() => matrix.Endpoint.IsRunning);
        await matrix.Delivered(outbound);
        Assert.Equal(1, matrix.Homeserver.CountOf(room, "once"));
    }

    [Fact]
    public async Task What_was_sent_is_found_by_its_mark_when_the_homeserver_forgot_the_transaction()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna);
        var outbound = matrix.From(room, "once");
        var id = await matrix.Delivered(outbound);
        for (var i = 0; i < 250; i++)
        {
            anna.Say(room, $"later {i}");
        }

        anna.Send(room, matrix.Homeserver.MessagesIn(room)[0].Content); // forwarded, mark and all
        var found = await matrix.Endpoint.FindSentAsync(outbound, TestContext.Current.CancellationToken);
        Assert.Equal([id], found!.Value);
        Assert.Empty((await matrix.Endpoint.FindSentAsync(matrix.From(room, "never"), TestContext.Current.CancellationToken))!.Value);
    }

    [Fact]
    public async Task What_a_former_version_sent_whose_marks_did_not_say_where_they_belong_is_found_too()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        var ghost = matrix.Homeserver.User("bridge_modem_=2b491700001");
        ghost.Join(room);
        var outbound = matrix.From(room, "once");
        var mark = new { k = outbound.Key.Value, ts = 1, hops = 0, severity = "info", bridge = false };
        var id = ghost.Send(room, new Dictionary<string, object> { ["msgtype"] = "m.text", ["body"] = "once", ["bridge.origin"] = mark });
        Assert.Equal([new NativeId(id)], (await matrix.Endpoint.FindSentAsync(outbound, TestContext.Current.CancellationToken))!.Value);
    }

    [Fact]
    public async Task A_message_that_was_taken_back_meanwhile_is_not_sent_again()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna);
        var outbound = matrix.From(room, "once");
        var id = await matrix.Delivered(outbound);
        anna.Redact(room, id.Value);
        Assert.Null(await matrix.Endpoint.FindSentAsync(outbound, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_edit_comes_from_who_said_it_even_when_another_asks_and_after_a_restart()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        var id = await matrix.Delivered(matrix.From(room, "first", sender: "1"));
        await matrix.RestartAsync();
        await matrix.Delivered(matrix.From(room, new MessageEdited(id, new MessageText("second")), sender: "2"));
        Assert.Equal("second", matrix.Homeserver.Shown(room, id.Value));
        var edit = matrix.Homeserver.MessagesIn(room)[^1];
        Assert.False(edit.Content.GetProperty("m.relates_to").TryGetProperty("m.in_reply_to", out _));
        Assert.False(edit.Content.GetProperty("m.new_content").TryGetProperty("m.relates_to", out _));
    }

    [Fact]
    public async Task A_reaction_that_is_there_already_is_a_success_and_can_be_taken_back()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna);
        var target = new NativeId(anna.Say(room, "hello"));
        var first = await matrix.Delivered(matrix.From(room, new ReactionChanged(target, new MessageText("👍"))));
        var again = await matrix.Delivered(matrix.From(room, new ReactionChanged(target, new MessageText("👍"))));
        Assert.Equal(first, again);
        await matrix.Delivered(matrix.From(room, new ReactionChanged(target, new MessageText("👍"), Removed: true)) with { Earlier = [again] });
        Assert.NotNull(matrix.Homeserver.EventsIn(room, happened => happened.Id == first.Value)[0].RedactedBy);
    }

    [Fact]
    public async Task A_reply_names_its_target_and_a_thread_its_root()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna);
        var root = new NativeId(anna.Say(room, "root"));
        await matrix.Delivered(matrix.From(room, "reply") with { ReplyTo = root });
        await matrix.Delivered(matrix.From(room, "thread") with { Thread = root });
        var said = matrix.Homeserver.MessagesIn(room);
        Assert.Equal($$$"""{"m.in_reply_to":{"event_id":"{{{root.Value}}}"}}""", RelationOf(said[1]));
        Assert.Equal(
            $$$"""{"m.in_reply_to":{"event_id":"{{{root.Value}}}"},"rel_type":"m.thread","event_id":"{{{root.Value}}}","is_falling_back":true}""", RelationOf(said[2]));
    }

    [Fact]
    public async Task A_delete_a_receipt_typing_and_a_place_arrive()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna);
        var id = await matrix.Delivered(matrix.From(room, "oops"));
        await matrix.Delivered(matrix.From(room, new MessageDeleted(id)));
        Assert.Empty(matrix.Homeserver.MessagesIn(room));
        var target = new NativeId(anna.Say(room, "hello"));
        Assert.IsType<SendResult.Delivered>(await matrix.Send(matrix.From(room, new ReceiptReported(target, Read: true))));
        Assert.IsType<SendResult.Delivered>(await matrix.Send(matrix.From(room, new TypingChanged(true))));
        Assert.Equal((1, 1), (matrix.Homeserver.Count(Operation.Receipt), matrix.Homeserver.Count(Operation.Typing)));
        await matrix.Delivered(matrix.From(room, new MessagePosted([new LocationPart(52.5, -13.25)])));
        Assert.Equal("geo:52.5,-13.25", matrix.Homeserver.MessagesIn(room)[^1].Text("geo_uri"));
    }

    [Fact]
    public async Task No_number_in_any_content_is_a_fraction()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, new MessagePosted([new LocationPart(52.5, -13.25)])));
        await matrix.Delivered(matrix.From(room, "text") with { Hops = 2 });
        foreach (var call in matrix.Homeserver.Calls.Where(call => call.Body.Length > 0))
        {
            var reader = new Utf8JsonReader(call.Body.Span);
            while (reader.Read())
            {
                Assert.True(reader.TokenType != JsonTokenType.Number || reader.TryGetInt64(out _), call.Path);
            }
        }
    }

    [Fact]
    public async Task What_happened_earlier_is_shown_at_its_time()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        var then = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        await matrix.Delivered(matrix.From(room, "yesterday") with { OccurredAt = then });
        Assert.Equal(1_700_000_000_000, matrix.Homeserver.MessagesIn(room)[0].Timestamp);
    }

    [Fact]
    public async Task A_failure_is_told_as_an_answer_to_the_message()
    {
        await using var matrix = await RunningMatrix.StartAsync(options => options with { StatusEvents = true });
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna);
        var target = new NativeId(anna.Say(room, "hello"));
        await matrix.Delivered(matrix.From(room, new OutcomeTold(target, DeliveryOutcome.Failed, "the number does not exist"), sender: null));
        var status = Assert.Single(matrix.Homeserver.EventsIn(room, happened => happened.Type == "com.beeper.message_send_status"));
        Assert.Equal(("FAIL_PERMANENT", target.Value), (status.Text("status"), status.Relation!.Value.Target));
        var notice = matrix.Homeserver.MessagesIn(room)[^1];
        Assert.Equal(("m.notice", "This message was not delivered: the number does not exist"), (notice.Text("msgtype"), notice.Body));
    }

    [Fact]
    public async Task Where_ghosts_may_not_come_the_bot_speaks_and_says_for_whom()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (_, room) = await WithoutGhostsAsync(matrix);
        await matrix.Delivered(matrix.From(room, "hello"));
        var id = await matrix.Delivered(matrix.From(room, "hello again") with { Label = new MessageText("[SMS] Al: ") });
        await matrix.Delivered(matrix.From(room, new MessageEdited(id, new MessageText("better"))) with { Label = new MessageText("[SMS] Al: ") });
        Assert.Equal(["Al: hello", "[SMS] Al: hello again"], matrix.Homeserver.MessagesIn(room).Take(2).Select(said => said.Body));
        Assert.Equal("[SMS] Al: better", matrix.Homeserver.Shown(room, id.Value));
        Assert.All(matrix.Homeserver.MessagesIn(room), said => Assert.Equal("@bridge:hs.test", said.Sender));
    }

    [Fact]
    public async Task What_only_a_ghost_can_show_is_no_failure_where_it_may_not_come()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await WithoutGhostsAsync(matrix);
        var id = new NativeId(anna.Say(room, "hello"));
        Assert.IsType<SendResult.Delivered>(await matrix.Send(matrix.From(room, new ReceiptReported(id, Read: true))));
        Assert.IsType<SendResult.Delivered>(await matrix.Send(matrix.From(room, new TypingChanged(true))));
    }

    private static async Task<(MatrixUser User, string Room)> WithoutGhostsAsync(RunningMatrix matrix)
    {
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom();
        anna.Send(room, new { users = new Dictionary<string, int> { [anna.Id] = 100 }, invite = 50 }, "m.room.power_levels", "");
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.StateOf(room, "m.room.member", "@bridge:hs.test")?.GetProperty("membership").GetString() == "join");
        return (anna, room);
    }

    private static string RelationOf(RoomEvent said) => said.Content.GetProperty("m.relates_to").GetRawText();
}
