using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Whether something was sent whose answer was lost: the room is looked through, and no further than it has to be.</summary>
public sealed class DoubtTests
{
    [Fact]
    public async Task In_a_room_where_Bridge_alone_speaks_what_was_never_sent_is_known_not_to_be_there()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (_, room) = await ReceivingTests.TogetherAsync(matrix);
        await matrix.Delivered(Alert(matrix, room, "before the outage"));
        var (bot, before) = (matrix.Homeserver.User("bridge"), matrix.Homeserver.MessagesIn(room)[^1].Content);
        for (var i = 0; i < 5_100; i++)
        {
            bot.Send(room, before);
        }

        var asked = matrix.Homeserver.Count(Operation.Messages);
        Assert.Empty((await FindAsync(matrix, TakenInLater(Alert(matrix, room, "in the outage"))))!.Value);
        Assert.Equal(asked + 1, matrix.Homeserver.Count(Operation.Messages));
    }

    [Fact]
    public async Task A_copy_of_an_old_mark_in_somebody_elses_message_does_not_end_the_search()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        await matrix.Delivered(Alert(matrix, room, "before"));
        var before = JsonNode.Parse(matrix.Homeserver.MessagesIn(room)[^1].Content.GetRawText())!;
        before["bridge.origin"]!["at"] = TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds();
        var sent = Alert(matrix, room, "sent");
        var id = await matrix.Delivered(sent);
        for (var i = 0; i < 150; i++)
        {
            anna.Send(room, before);
        }

        Assert.Equal([id], (await FindAsync(matrix, sent))!.Value);
    }

    [Fact]
    public async Task What_is_dated_ahead_by_a_wrong_clock_is_found_behind_what_was_said_since()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var early = matrix.From(room, "a clock that is ahead") with { OccurredAt = TimeProvider.System.GetUtcNow().AddDays(1) };
        var id = await matrix.Delivered(early);
        for (var i = 0; i < 150; i++)
        {
            anna.Say(room, $"later {i}");
        }

        Assert.Equal([id], (await FindAsync(matrix, early))!.Value);
    }

    [Fact]
    public async Task Of_a_room_that_Bridge_was_put_out_of_it_is_told_up_to_then_if_at_all_and_sending_says_why()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        anna.Kick(room, "@bridge:hs.test");
        var owed = Alert(matrix, room, "owed");
        Assert.Empty((await FindAsync(matrix, owed))!.Value);
        matrix.Homeserver.Faults.Always(Operation.Messages, new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "no")));
        Assert.Null(await FindAsync(matrix, owed));
        Assert.Contains("invite the bot", Assert.IsType<SendResult.Refused>(await matrix.Send(owed)).Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_a_direct_chat_was_written_to_cannot_be_told_when_its_person_takes_no_invitations()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        matrix.Homeserver.Faults.Always(Operation.CreateRoom, new Fault.Answers(Answer.Error(403, "M_INVITE_BLOCKED", "no")));
        Assert.Null(await FindAsync(matrix, Alert(matrix, anna.Id, "owed")));
    }

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public async Task What_the_homeserver_cannot_tell_now_is_asked_again(Fault passing)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (_, room) = await ReceivingTests.TogetherAsync(matrix);
        var owed = Alert(matrix, room, "owed");
        matrix.Homeserver.Faults.Next(Operation.Messages, passing);
        await Assert.ThrowsAnyAsync<IOException>(() => FindAsync(matrix, owed));
    }

    [Fact]
    public async Task What_is_taken_back_from_a_message_that_is_gone_was_not_taken_back()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (_, room) = await ReceivingTests.TogetherAsync(matrix);
        Assert.Empty((await FindAsync(matrix, matrix.From(room, new MessageDeleted(new NativeId("$gone")))))!.Value);
    }

    [Fact]
    public async Task A_failure_of_which_the_status_event_alone_was_written_is_not_told_yet()
    {
        await using var matrix = await RunningMatrix.StartAsync(options => options with { StatusEvents = true });
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var told = Alert(matrix, room, new OutcomeTold(new NativeId(anna.Say(room, "hello")), DeliveryOutcome.Failed, "no such number"));
        matrix.Homeserver.Faults.When(call => call.Path.Contains("/send/m.room.message/", StringComparison.Ordinal), Fault.ProxyError(502));
        await matrix.Send(told); // and Bridge is killed there
        Assert.Single(matrix.Homeserver.EventsIn(room, happened => happened.Type == "com.beeper.message_send_status"));
        Assert.Empty((await FindAsync(matrix, told))!.Value);

        matrix.Homeserver.Faults.Clear();
        await matrix.UntilAsync(() => matrix.Endpoint.IsRunning);
        var id = await matrix.Delivered(told);
        Assert.Equal([id], (await FindAsync(matrix, told))!.Value);
    }

    public static TheoryData<Fault> Passing { get; } =
        new(Fault.ProxyError(502), Fault.RateLimitedWithNeither, Fault.ConnectionLost, Fault.UnknownToken);

    private static Outbound Alert(RunningMatrix matrix, string room, string text) => Alert(matrix, room, MessagePosted.Of(text));

    private static Outbound Alert(RunningMatrix matrix, string room, BridgeEvent content) => matrix.From(room, content, sender: null);

    /// <summary>Two hours from now: what was said until then was said before.</summary>
    private static Outbound TakenInLater(Outbound outbound)
    {
        var then = TimeProvider.System.GetUtcNow().AddHours(2);
        return outbound with { Event = EventId.New(new ManualClock(then)), OccurredAt = then };
    }

    private static async Task<EquatableArray<NativeId>?> FindAsync(RunningMatrix matrix, Outbound outbound) =>
        await matrix.Endpoint.FindSentAsync(outbound, TestContext.Current.CancellationToken);
}
