using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>What other bridges get wrong after a restart, in a long conversation, and beside one another.</summary>
public sealed class FactTests
{
    [Fact]
    public async Task An_edit_a_reaction_a_redaction_and_a_reply_find_their_targets_after_a_restart_and_10_000_other_messages()
    {
        await using var running = await RunningMatrix.StartAsync();
        var alice = running.Homeserver.User("alice");
        var room = alice.CreateRoom(isPublic: true);
        var ours = await running.Delivered(running.From(room, "first"));
        var reaction = await running.Delivered(running.From(room, new ReactionChanged(ours, new MessageText("👍"))));
        for (var i = 0; i < 10_000; i++)
        {
            alice.Say(room, $"{i}");
        }

        await running.UntilAsync(() => running.HeardTexts.Count == 10_000);
        await running.RestartAsync();
        await running.Delivered(running.From(room, new MessageEdited(ours, new MessageText("changed"), 2)));
        await running.Delivered(running.From(room, MessagePosted.Of("answer")) with { ReplyTo = ours });
        await running.Send(running.From(room, new ReactionChanged(ours, new MessageText("👍"), Removed: true)) with { Earlier = [reaction] });
        Assert.Equal("changed", running.Homeserver.Shown(room, ours.Value));
        Assert.NotNull(running.Homeserver.EventsIn(room, happened => happened.Id == reaction.Value)[0].RedactedBy);
        Assert.Equal(ours.Value, running.Homeserver.MessagesIn(room)[^1].Content.GetProperty("m.relates_to").GetProperty("m.in_reply_to").GetProperty("event_id").GetString());

        await running.Delivered(running.From(room, new MessageDeleted(ours)));
        Assert.Null(running.Homeserver.Shown(room, ours.Value));
    }

    [Fact]
    public async Task Relations_of_people_keep_their_targets_over_a_restart()
    {
        await using var running = await RunningMatrix.StartAsync();
        var alice = running.Homeserver.User("alice");
        var room = alice.CreateRoom(isPublic: true);
        await running.Delivered(running.From(room, "hello"));
        var said = alice.Say(room, "said");
        await running.UntilAsync(() => running.HeardTexts.Contains("said"));
        await running.RestartAsync();
        alice.Edit(room, said, "said better");
        alice.React(room, said, "🎉");
        alice.Reply(room, said, "and more");
        alice.Redact(room, said);

        Assert.Equal(said, ((MessageDeleted)(await running.HeardAsync(heard => heard.Event is MessageDeleted)).Event).Target.Value);
        Assert.Equal(said, ((MessageEdited)(await running.HeardAsync(heard => heard.Event is MessageEdited)).Event).Target.Value);
        Assert.Equal(said, ((ReactionChanged)(await running.HeardAsync(heard => heard.Event is ReactionChanged)).Event).Target.Value);
        Assert.Contains(running.Heard, heard => heard.ReplyTo?.Value == said);
    }

    [Fact]
    public async Task Two_bridges_in_one_room_that_both_fail_do_not_answer_each_other()
    {
        await using var one = await RunningMatrix.StartAsync();
        await using var two = await RunningMatrix.StartAsync();
        var alice = one.Homeserver.User("alice");
        var room = alice.CreateRoom(isPublic: true);
        await one.Delivered(one.From(room, "hello", sender: null));
        var said = alice.Say(room, "to be carried");
        await one.Delivered(one.From(room, new OutcomeTold(new NativeId(said), DeliveryOutcome.Failed, "the modem is off"), sender: null));

        // What one says, the other hears as it stands in the room: from a stranger, with the content and the mark that it has there.
        var told = one.Homeserver.MessagesIn(room)[^1];
        var elsewhere = two.Homeserver.User("one");
        var there = elsewhere.CreateRoom(isPublic: true);
        await two.Delivered(two.From(there, "hello", sender: null));
        var content = JsonNode.Parse(told.Content.GetRawText())!;
        content["bridge.origin"]!["place"] = Marker.PlaceOf(elsewhere.Id, there);
        elsewhere.Send(there, content);

        var heard = await two.HeardAsync(inbound => inbound.Sender?.Value == elsewhere.Id);
        Assert.True(heard.Sender!.IsBot);
        Assert.Equal(MessageManner.Notice, ((MessagePosted)heard.Event).Manner);
    }
}
