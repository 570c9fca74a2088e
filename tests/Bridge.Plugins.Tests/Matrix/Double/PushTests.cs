using System.Text.Json;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Double;

/// <summary>How events reach an application service.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Events_carry_age_and_user_id_and_own_ghosts_are_echoed()
    {
        await using var side = await ServiceSide.StartAsync();
        var ghost = await side.GhostAsync("bridge_a");
        var room = await side.RoomAsync(ghost);
        await side.SendAsync(room, "t1", "of a ghost", ghost);
        await side.UntilAsync(it => it.Bodies.Contains("of a ghost"));

        var pushed = side.Transactions.First(transaction => transaction.Events.Any(happened => happened.GetProperty("content").TryGetProperty("body", out _)));
        Assert.Equal("Bearer hs-token", pushed.Authorization);
        Assert.StartsWith("/endpoints/home/_matrix/app/v1/transactions/", pushed.Path, StringComparison.Ordinal);
        var echo = pushed.Events.Last();
        Assert.Equal(ghost, echo.GetProperty("user_id").GetString());
        Assert.Equal(JsonValueKind.Number, echo.GetProperty("age").ValueKind);
    }

    [Fact]
    public async Task Ephemeral_comes_under_its_unstable_name_alone_and_is_not_kept()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var alice = side.Homeserver.User("alice");
        await side.Post($"/_matrix/client/v3/rooms/{room}/invite", new { user_id = alice.Id });
        alice.Join(room);
        alice.Type(room);
        await side.UntilAsync(it => it.Transactions.Any(IsEphemeral));
        Assert.All(side.Transactions.Where(pushed => pushed.Method == "PUT"), pushed => Assert.False(pushed.Json.TryGetProperty("ephemeral", out _)));

        var before = side.Transactions.Count(IsEphemeral);
        side.Status = 500;
        alice.Say(room, "a");
        await side.UntilAsync(it => it.Homeserver.PusherOf(it.Service).Failed > 0 || it.Bodies.Contains("a"));
        alice.Type(room, false);
        side.Status = 200;
        alice.Say(room, "b");
        await side.UntilAsync(it => it.Bodies.Contains("b"));
        Assert.Equal(before, side.Transactions.Count(IsEphemeral));

        static bool IsEphemeral(Pushed pushed) => pushed.Json.TryGetProperty("de.sorunome.msc2409.ephemeral", out _);
    }

    [Fact]
    public async Task While_the_service_is_down_everything_is_kept_and_comes_once_in_order()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var alice = side.Homeserver.User("alice");
        await side.Post($"/_matrix/client/v3/rooms/{room}/invite", new { user_id = alice.Id });
        alice.Join(room);
        await side.StopListeningAsync();
        for (var i = 0; i < 5; i++)
        {
            alice.Say(room, $"m{i}");
        }

        await side.ListenAsync();
        await side.Post("/_matrix/client/v1/appservice/bridge/ping", new { transaction_id = "p" });
        await side.UntilAsync(it => it.Bodies.Count == 5);
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], side.Bodies);
    }

    [Fact]
    public async Task A_200_that_was_lost_and_a_body_that_was_cut_bring_the_same_transaction_again()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var pusher = side.Homeserver.PusherOf(side.Service);
        (pusher.LoseAnswers, pusher.CutBodies) = (1, 1);
        await side.SendAsync(room, "t1", "hello");
        await side.UntilAsync(it => it.Bodies.Contains("hello") && it.Transactions.GroupBy(pushed => pushed.TransactionId).Any(same => same.Count() == 2));

        var twice = side.Transactions.GroupBy(pushed => pushed.TransactionId).First(same => same.Count() == 2).ToList();
        Assert.Equal(twice[0].Body, twice[1].Body);
        Assert.Equal((0, 0), (pusher.LoseAnswers, pusher.CutBodies));
    }

    [Fact]
    public async Task One_event_can_come_in_two_transactions_and_one_id_with_two_bodies()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var pusher = side.Homeserver.PusherOf(side.Service);
        pusher.SendAgain = 1;
        await side.SendAsync(room, "t1", "twice");
        await side.UntilAsync(it => it.Bodies.Count(body => body == "twice") == 2);
        await side.SendAsync(room, "t2", "other");
        await side.UntilAsync(it => it.Bodies.Contains("other"));
        pusher.Push("1", side.Homeserver.MessagesIn(room)[^1]);
        await side.UntilAsync(it => it.Transactions.Count(pushed => pushed.TransactionId == "1") == 2);

        Assert.Equal(2, side.Transactions.Where(pushed => pushed.TransactionId == "1").Select(pushed => Convert.ToHexString(pushed.Body)).Distinct().Count());
    }
}
