using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Double;

/// <summary>What a transaction id protects from, and for how long.</summary>
public sealed class TransactionIdTests
{
    [Fact]
    public async Task The_same_path_gets_the_same_event_whatever_the_body_says()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();

        var first = await side.SendAsync(room, "t1", "one");
        var second = await side.SendAsync(room, "t1", "another text", query: "?ts=5");

        Assert.Equal(first.Text("event_id"), second.Text("event_id"));
        Assert.Equal(["one"], side.Homeserver.MessagesIn(room).Select(message => message.Body));
    }

    [Fact]
    public async Task Two_ghosts_with_one_transaction_id_collide_and_the_second_message_vanishes()
    {
        await using var side = await ServiceSide.StartAsync();
        var (a, b) = (await side.GhostAsync("bridge_a"), await side.GhostAsync("bridge_b"));
        var room = await side.RoomAsync(a, b);

        await side.SendAsync(room, "t1", "of a", a);
        Assert.Equal(200, (await side.SendAsync(room, "t1", "of b", b)).Status);

        Assert.Equal((1, 0), (side.Homeserver.CountOf(room, "of a"), side.Homeserver.CountOf(room, "of b")));
    }

    [Fact]
    public async Task Ids_are_forgotten_after_their_window_and_at_a_restart()
    {
        var clock = new ManualClock();
        await using var side = await ServiceSide.StartAsync(new HomeserverOptions { Clock = clock });
        var room = await side.RoomAsync();
        await side.SendAsync(room, "t1", "again");
        clock.Advance(TimeSpan.FromMinutes(31));
        await side.SendAsync(room, "t1", "again");
        Assert.Equal(2, side.Homeserver.CountOf(room, "again"));

        await side.Homeserver.RestartAsync();
        await side.SendAsync(room, "t1", "again");
        Assert.Equal(3, side.Homeserver.CountOf(room, "again"));
    }

    [Fact]
    public async Task An_answer_lost_has_done_its_work()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        side.Homeserver.Faults.Next(Operation.Send, Fault.AnswerLost);
        await Assert.ThrowsAsync<HttpRequestException>(() => side.SendAsync(room, "t1", "hello"));
        await side.SendAsync(room, "t1", "hello");

        Assert.Equal(1, side.Homeserver.CountOf(room, "hello"));
    }
}
