using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>What homeservers do, and other bridges beside us, against the whole daemon.</summary>
public sealed class MatrixFactTests
{
    [Fact]
    public async Task Transactions_that_come_again_cut_or_under_an_old_name_bring_each_event_once()
    {
        using var daemon = new MatrixProcess();
        await using var homeserver = await Homeserver.StartAsync(null, daemon.Service);
        var alice = homeserver.User("alice");
        var (from, to) = (alice.CreateRoom("from"), alice.CreateRoom("to"));
        daemon.Configure(homeserver, $"routes: [{{ id: copy, from: \"matrix:{from}\", to: [\"matrix:{to}\"] }}]");
        daemon.Start();
        await daemon.JoinAsync(homeserver, alice, from);
        await daemon.JoinAsync(homeserver, alice, to);
        var pusher = homeserver.PusherOf(daemon.Service);
        await daemon.UntilAsync(() => pusher.IsIdle, "all is pushed");

        (pusher.CutBodies, pusher.LoseAnswers, pusher.SendAgain) = (1, 2, 3);
        for (var i = 0; i < 5; i++)
        {
            alice.Say(from, $"m{i}");
        }

        await daemon.UntilAsync(() => pusher.IsIdle, "all is pushed");
        pusher.Push("1", [.. homeserver.MessagesIn(from)]);
        alice.Say(from, "last");
        await daemon.UntilAsync(() => homeserver.CountOf(to, "last") > 0, "all is through");
        Assert.Equal(["m0", "m1", "m2", "m3", "m4", "last"], homeserver.MessagesIn(to).Select(message => message.Body));
        Assert.InRange(pusher.Failed, 3, int.MaxValue);
    }

    [Fact]
    public async Task Two_bridges_in_one_room_that_both_fail_to_deliver_tell_it_once_each_and_do_not_answer_each_other()
    {
        using var one = new MatrixProcess("one");
        using var two = new MatrixProcess("two");
        await using var homeserver = await Homeserver.StartAsync(null, one.Service, two.Service);
        var alice = homeserver.User("alice");
        var (room, closed) = (alice.CreateRoom("open"), alice.CreateRoom("closed"));
        foreach (var daemon in (MatrixProcess[])[one, two])
        {
            daemon.Configure(homeserver, $"links: [{{ id: fails, between: [\"matrix:{room}\", \"matrix:{closed}\"] }}]");
            daemon.Start();
            await daemon.JoinAsync(homeserver, alice, room);
        }

        alice.Say(room, "to be carried");
        await one.UntilAsync(() => Notices() >= 2, "both have told it");

        // Whatever they would say to each other's words would have come before what alice says now is told.
        alice.Say(room, "and this");
        await one.UntilAsync(() => Notices() >= 4, "both have told it again");
        await one.UntilAsync(() => homeserver.PusherOf(one.Service).IsIdle && homeserver.PusherOf(two.Service).IsIdle, "all is pushed");
        Assert.Equal(4, Notices());
        Assert.Equal(6, homeserver.MessagesIn(room).Count);

        int Notices() => homeserver.MessagesIn(room).Count(message => message.Text("msgtype") == "m.notice");
    }

    [Fact]
    public async Task While_a_homeserver_hangs_other_routes_go_on_and_its_own_lane_keeps_its_order()
    {
        using var daemon = new MatrixProcess();
        await using var homeserver = await Homeserver.StartAsync(null, daemon.Service);
        var alice = homeserver.User("alice");
        var (from, to) = (alice.CreateRoom("from"), alice.CreateRoom("to"));
        daemon.Configure(homeserver, $$"""
              console: { plugin: console }
            routes:
              - { id: copy, from: "matrix:{{from}}", to: ["matrix:{{to}}"] }
              - { id: show, from: "matrix:{{from}}", to: ["console:me"] }
            """);
        daemon.Start();
        await daemon.JoinAsync(homeserver, alice, from);
        await daemon.JoinAsync(homeserver, alice, to);
        homeserver.Faults.Always(Operation.Send, new Fault.Hangs());
        for (var i = 0; i < 10; i++)
        {
            alice.Say(from, $"m{i}");
            await daemon.UntilAsync(() => daemon.Output!.Count($"m{i}") > 0, "the other route has it");
        }

        Assert.Empty(homeserver.MessagesIn(to));
        homeserver.Faults.Clear();
        await homeserver.RestartAsync(); // ends the calls that hang
        await daemon.UntilAsync(() => homeserver.CountOf(to, "m9") > 0, "all is through");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"m{i}"), homeserver.MessagesIn(to).Select(message => message.Body));
    }
}
