using Bridge.Abstractions;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Rooms that end, and go on as others.</summary>
public sealed class UpgradeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upgraded_room_is_followed_and_keeps_its_address(bool restarts)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        await matrix.Delivered(matrix.From(room, "before"));
        var next = anna.Upgrade(room);
        anna.Invite(next, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.MessagesIn(next).Any(said => said.Body!.Contains("goes on", StringComparison.Ordinal)));
        if (restarts)
        {
            await matrix.RestartAsync();
        }

        anna.Say(next, "here now");
        Assert.Equal(RunningMatrix.At(room), (await matrix.HeardAsync(ReceivingTests.Says("here now"))).Address);
        await DeliveredAsync(matrix, matrix.From(room, "after"));
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
        Assert.Single(matrix.Homeserver.MessagesIn(next), said => said.Body!.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_alias_of_an_upgraded_public_room_leads_to_the_new_one_without_an_invitation()
    {
        await using var matrix = await RunningMatrix.StartAsync(interests: "#alerts:hs.test");
        var anna = matrix.Homeserver.User("anna");
        RunningMatrix.RoomOf(anna, alias: "alerts");
        await matrix.Delivered(matrix.From("#alerts:hs.test", "before"));
        var next = anna.Upgrade(matrix.Homeserver.RoomOf("#alerts:hs.test")!);
        await DeliveredAsync(matrix, matrix.From("#alerts:hs.test", "after"));
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
        anna.Say(next, "ok");
        Assert.Equal(RunningMatrix.At("#alerts:hs.test"), (await matrix.HeardAsync(ReceivingTests.Says("ok"))).Address);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_in_the_successor_before_the_bot_came_is_heard_at_the_old_address(bool restarts)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var next = anna.Upgrade(room);
        var said = Enumerable.Range(0, 150).Select(number => $"meanwhile {number}").ToList();
        said.ForEach(text => anna.Say(next, text));
        if (restarts)
        {
            matrix.Homeserver.Faults.Always(Operation.Messages, Fault.ProxyError(502));
        }

        anna.Invite(next, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.MessagesIn(next).Any(notice => notice.Body!.Contains("goes on", StringComparison.Ordinal)));
        if (restarts)
        {
            await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Messages) > 0);
            await matrix.StopAsync();
            matrix.Homeserver.Faults.Clear();
            await matrix.RestartAsync();
        }

        anna.Say(next, "now");
        await matrix.HeardAsync(ReceivingTests.Says("now"));
        await matrix.HeardAsync(ReceivingTests.Says(said[^1]));
        await matrix.UntilAsync(() => !matrix.Memory.State.Keys.Any(key => key.StartsWith("chore/", StringComparison.Ordinal)));
        Assert.Equal(said, matrix.HeardTexts.Where(said.Contains).Distinct()); // tombstone and invitation may both lead there: Core knows what it has by its id
        Assert.All(matrix.Heard.Where(inbound => inbound.Event is MessagePosted), inbound => Assert.Equal(RunningMatrix.At(room), inbound.Address));
    }

    [Fact]
    public async Task Until_the_bot_is_invited_into_the_successor_what_is_owed_waits()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var next = anna.Upgrade(room);
        var owed = matrix.From(room, "after");
        Assert.Contains("upgraded", Assert.IsType<SendResult.Deferred>(await matrix.Send(owed)).Why, StringComparison.Ordinal);
        anna.Invite(next, "@bridge:hs.test");
        await DeliveredAsync(matrix, owed);
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
    }

    [Fact]
    public async Task What_is_owed_waits_while_the_homeserver_does_not_say_where_the_room_went()
    {
        await using var matrix = await RunningMatrix.StartAsync(interests: "#alerts:hs.test");
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna, alias: "alerts");
        await matrix.Delivered(matrix.From("#alerts:hs.test", "before"));
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.GetState && call.Path.Contains("tombstone", StringComparison.Ordinal), Fault.RateLimitedWithHeader(TimeSpan.FromSeconds(7)));
        var next = anna.Upgrade(room);
        var owed = matrix.From("#alerts:hs.test", "after");
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.IsType<SendResult.Deferred>(await matrix.Send(owed)).After);
        matrix.Homeserver.Faults.Clear();
        await DeliveredAsync(matrix, owed);
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
    }

    [Fact]
    public async Task A_room_that_points_at_a_room_of_others_leads_nowhere()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var others = matrix.Homeserver.User("ben").CreateRoom();
        matrix.Homeserver.User("ben").Invite(others, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.StateOf(others, "m.room.member", "@bridge:hs.test")?.GetProperty("membership").GetString() == "join");
        anna.Send(room, new { body = "moved", replacement_room = others }, "m.room.tombstone", stateKey: "");
        anna.Say(room, "last");
        await matrix.HeardAsync(ReceivingTests.Says("last"));
        await matrix.Delivered(matrix.From(room, "to anna"));
        Assert.Equal((1, 0), (matrix.Homeserver.CountOf(room, "to anna"), matrix.Homeserver.CountOf(others, "to anna")));
    }

    /// <summary>As Core does, once more while it is deferred.</summary>
    private static async Task DeliveredAsync(RunningMatrix matrix, Outbound outbound)
    {
        SendResult? result = null;
        for (var tries = 0; tries < 500 && result is null or SendResult.Deferred; tries++)
        {
            result = await matrix.Send(outbound);
        }

        Assert.IsType<SendResult.Delivered>(result);
    }
}
