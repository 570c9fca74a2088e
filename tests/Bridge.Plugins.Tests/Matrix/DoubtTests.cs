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
        var before = matrix.Homeserver.MessagesIn(room)[^1].Content;
        var sent = TakenInLater(Alert(matrix, room, "sent"));
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

    private static Outbound Alert(RunningMatrix matrix, string room, string text) => matrix.From(room, text, sender: null);

    /// <summary>Two hours from now: what was said until then was said before.</summary>
    private static Outbound TakenInLater(Outbound outbound)
    {
        var then = TimeProvider.System.GetUtcNow().AddHours(2);
        return outbound with { Event = EventId.New(new ManualClock(then)), OccurredAt = then };
    }

    private static async Task<EquatableArray<NativeId>?> FindAsync(RunningMatrix matrix, Outbound outbound) =>
        await matrix.Endpoint.FindSentAsync(outbound, TestContext.Current.CancellationToken);
}
