using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Messages;

/// <summary>Edits, deletes and reactions that arrive before the message they refer to.</summary>
public sealed class EarlyRelationTests
{
    private static readonly Rule s_pass = new("pass", "home:*", "console:me") { Style = AddressStyle.Plain };
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_relation_to_an_unknown_target_is_stored_and_acknowledged_at_once_and_waits()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        var id = (await EditAsync(rig, "1", "hello"))[0];
        Assert.Equal(id, Assert.Single(rig.Store.Events).Id);
        Assert.Empty(rig.Owed);
        var held = Assert.Single(rig.DecisionOf(id).Routes);
        Assert.Equal(Verdict.HeldForTarget, held.Verdict);
        Assert.Equal("waits for its target, until 12:10:00 at most", held.Because);
        Assert.Equal(1, Counted(rig, "Waits"));
    }

    [Fact]
    public async Task The_loop_tells_since_when_the_oldest_waits_until_none_does()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        Assert.Null(await rig.Loop.OldestWaitingAsync());
        var first = rig.Clock.GetUtcNow();
        await EditAsync(rig, "1", "hello");
        rig.Clock.Advance(TimeSpan.FromSeconds(3));
        await ReactAsync(rig, "2", "+1");
        Assert.Equal(first, await rig.Loop.OldestWaitingAsync());
        await rig.SayAsync("room", "helo", "1");
        Assert.Equal(first + TimeSpan.FromSeconds(3), await rig.Loop.OldestWaitingAsync());
        await rig.SayAsync("room", "hi", "2");
        Assert.Null(await rig.Loop.OldestWaitingAsync());
    }

    [Fact]
    public async Task When_its_target_arrives_it_goes_out_behind_it_and_the_trace_tells()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        var edit = (await EditAsync(rig, "1", "hello"))[0];
        await ReactAsync(rig, "1", "+1");
        await ReactAsync(rig, "2", "other");
        await DeleteAsync(rig, "1");
        rig.Clock.Advance(TimeSpan.FromSeconds(3));
        await rig.SayAsync("room", "helo", "1");
        Assert.Equal(["helo", "edit hello", "react +1", "delete"], Told(rig));
        Assert.Equal(["waited 3s: its target came", "no condition"], rig.DecisionOf(edit).Routes.Select(Brief));
        Assert.Equal(3, Counted(rig, "TargetCame"));
        Assert.Single(await rig.Store.DeliveriesOfAsync(edit, CancellationToken.None));
    }

    [Fact]
    public async Task A_relation_to_a_known_message_does_not_wait()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        var said = rig.SayAsync("room", "helo", "1");
        var edited = EditAsync(rig, "1", "hello");
        await Task.WhenAll(said, edited);
        await ReactAsync(rig, "1", "+1");
        Assert.Equal(["helo", "edit hello", "react +1"], Told(rig));
    }

    [Fact]
    public async Task The_same_id_in_another_conversation_is_another_message()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await EditAsync(rig, "1", "hello");
        await rig.SayAsync("other room", "hi", "1");
        Assert.Equal(["hi"], Told(rig));
    }

    [Fact]
    public async Task After_ten_minutes_they_go_out_on_their_own_in_the_order_in_which_they_came()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(index => ReactAsync(rig, $"{index % 7}", $"{index}")));
        rig.Clock.Advance(s_patience - TimeSpan.FromMilliseconds(1));
        await rig.Loop.StatusAsync();
        Assert.Empty(rig.Owed);
        await rig.AdvanceUntilAsync(TimeSpan.FromMilliseconds(1), () => rig.Owed.Count == 40);
        Assert.Equal(Enumerable.Range(0, 40).Select(index => $"react {index}"), Told(rig));
        Assert.Equal(
            "waited 10m: its target did not come, so it goes out on its own", rig.DecisionOf(rig.Store.Events[0].Id).Routes[0].Because);
        Assert.Equal(40, Counted(rig, "TargetMissing"));
        await NothingRemainsAsync(rig);
    }

    [Fact]
    public async Task It_goes_out_when_delivery_learns_how_the_network_names_what_we_sent()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        var sent = await rig.Intake.SendAsync(Room, MessagePosted.Of("from us"));
        await ReactAsync(rig, "far-1", "+1");
        await ReactAsync(rig, "far-1", "+2");
        Assert.Equal(["from us"], Told(rig));
        rig.Loop.Claimed([await ClaimAsync(rig, "far-1", sent)]);
        await rig.Loop.StatusAsync();
        Assert.Equal(["from us", "react +1", "react +2"], Told(rig));
    }

    [Fact]
    public async Task A_later_relation_does_not_overtake_though_it_finds_the_target_in_the_store()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await ReactAsync(rig, "far-1", "+1");
        var claim = await ClaimAsync(rig, "far-1", EventId.New(rig.Clock));
        await ReactAsync(rig, "far-1", "+2");
        rig.Loop.Claimed([claim]);
        await rig.Loop.StatusAsync();
        Assert.Equal(["react +1", "react +2"], Told(rig));
    }

    [Fact]
    public async Task What_refers_to_a_waiting_relation_waits_behind_it()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await RelateAsync(rig, new ReactionChanged(new NativeId("1"), new MessageText("+1")), "r1");
        await DeleteAsync(rig, "r1");
        await ReactAsync(rig, "1", "+2");
        await rig.SayAsync("room", "hello", "1");
        Assert.Equal(["hello", "react +1", "delete", "react +2"], Told(rig));
    }

    [Fact]
    public async Task A_repeat_of_a_waiting_relation_is_recognised()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        var reaction = new ReactionChanged(new NativeId("1"), new MessageText("+1"));
        Assert.Equal(await RelateAsync(rig, reaction, "r1"), await RelateAsync(rig, reaction, "r1"));
        await rig.SayAsync("room", "hello", "1");
        Assert.Equal(["hello", "react +1"], Told(rig));
    }

    [Fact]
    public async Task A_restart_keeps_it_waiting_for_what_is_left_of_its_time()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await EditAsync(rig, "1", "hello");
        await ReactAsync(rig, "2", "+1");
        rig.Clock.Advance(TimeSpan.FromMinutes(4));
        await rig.RestartAsync();
        await rig.SayAsync("room", "helo", "1");
        Assert.Equal(["helo", "edit hello"], Told(rig));
        await rig.AdvanceUntilAsync(TimeSpan.FromMinutes(6), () => rig.Owed.Count == 3);
        Assert.Equal(["helo", "edit hello", "react +1"], Told(rig));
        await rig.RestartAsync();
        await rig.Loop.StatusAsync();
        Assert.Equal(3, rig.Owed.Count);
        await NothingRemainsAsync(rig);
    }

    [Fact]
    public async Task What_was_claimed_or_became_due_while_Bridge_was_down_goes_out_once_delivery_is_ready()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await ReactAsync(rig, "far-1", "+1");
        await ReactAsync(rig, "nobody", "+2");
        await rig.Loop.DisposeAsync();
        var claim = await ClaimAsync(rig, "far-1", EventId.New(rig.Clock));
        await rig.RestartWithoutTimersAsync();
        rig.Loop.Claimed([claim]);
        await rig.Loop.StatusAsync();
        Assert.Empty(rig.Owed);
        rig.Loop.StartTimers();
        await rig.AdvanceUntilAsync(TimeSpan.Zero, () => rig.Owed.Count == 1);
        Assert.Equal(["react +1"], Told(rig));
        await rig.Loop.DisposeAsync();
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.RestartAsync();
        await rig.AdvanceUntilAsync(TimeSpan.Zero, () => rig.Owed.Count == 2);
        Assert.Equal(["react +1", "react +2"], Told(rig));
    }

    [Fact]
    public async Task A_failed_commit_leaves_it_waiting_and_what_was_not_heard_meanwhile_is_asked_of_the_store()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await ReactAsync(rig, "1", "+1");
        rig.Store.Failure = new StoreException("the disk is broken");
        await Assert.ThrowsAsync<StoreException>(() => rig.SayAsync("room", "hello", "1"));
        await Assert.ThrowsAsync<StoreException>(() => EditAsync(rig, "2", "gone"));
        rig.Store.Failure = null;
        Assert.Empty(rig.Owed);
        await ClaimAsync(rig, "1", EventId.New(rig.Clock));
        await rig.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => rig.Owed.Count == 1);
        Assert.Equal(["react +1"], Told(rig));
        await rig.SayAsync("room", "two", "2");
        Assert.Equal(["react +1", "two"], Told(rig));
    }

    [Fact]
    public async Task Beyond_a_thousand_they_go_out_at_once_behind_those_that_wait_for_the_same_message()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(index => ReactAsync(rig, index is 3 or 5 ? "same" : $"{index}", $"{index}")));
        Assert.Empty(rig.Owed);
        await ReactAsync(rig, "same", "last");
        Assert.Equal(["react 3", "react 5", "react last"], Told(rig));
        Assert.Equal(1, Counted(rig, "NotHeld"));
        Assert.Equal(2, Counted(rig, "TooManyWait"));
    }

    [Fact]
    public async Task Only_what_could_be_passed_on_waits()
    {
        await using var rig = await LoopRig.StartAsync(s_pass with { Text = "{{ message.text }}" });
        await EditAsync(rig, "1", "hello");
        await rig.RestartAsync(s_pass);
        await rig.AcceptAsync(new Inbound { Address = Room, Event = new MessageDeleted(new NativeId("1")), Historic = true });
        await NothingRemainsAsync(rig);
        Assert.Empty(rig.Owed);
    }

    [Fact]
    public async Task Whatever_fails_and_whenever_it_restarts_each_goes_out_once_behind_its_target()
    {
        await using var rig = await LoopRig.StartAsync(s_pass);
        var random = new Random(7);
        var expected = 0;
        for (var round = 0; round < 60; round++)
        {
            var inputs = Enumerable.Range(0, 4).Select(index => (Func<Task>)(() => ReactAsync(rig, $"{round}", $"{round}.{index}")))
                .Append(() => rig.SayAsync("room", $"{round}", $"{round}")).ToArray();
            random.Shuffle(inputs);
            foreach (var input in inputs)
            {
                rig.Store.Failure = random.Next(4) == 0 ? new StoreException("the disk is broken") : null;
                while (!await IsStoredAsync(input()))
                {
                    rig.Store.Failure = null;
                }

                rig.Store.Failure = null;

                if (random.Next(8) == 0)
                {
                    await rig.RestartAsync();
                }
            }

            expected += 5;
            await rig.Loop.StatusAsync();
            Assert.Equal(expected, rig.Owed.Count);
            Assert.Equal($"{round}", Told(rig).ElementAt(expected - 5));
            Assert.Equal(5, Told(rig).Skip(expected - 5).Distinct().Count());
        }

        await NothingRemainsAsync(rig);
    }

    private static Address Room { get; } = new(LoopRig.Home, "room");

    private static async Task<bool> IsStoredAsync(Task accept)
    {
        await accept.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return accept.IsCompletedSuccessfully;
    }

    private static IEnumerable<string> Told(LoopRig rig) => rig.Owed.Select(owed => owed.Event!.Inbound.Event switch
    {
        MessageEdited edited => $"edit {edited.Text.Value}",
        ReactionChanged reaction => $"react {reaction.Reaction.Value}",
        MessageDeleted => "delete",
        var other => LoopRig.TextOf(other),
    });

    private static string Brief(RouteVerdict verdict) => verdict.Verdict == Verdict.Sent ? "no condition" : verdict.Because;

    private static long Counted(LoopRig rig, string label) => rig.Telemetry.Totals.GetValueOrDefault(("routing.relations", label));

    private static Task<IReadOnlyList<EventId>> EditAsync(LoopRig rig, string target, string text) =>
        RelateAsync(rig, new MessageEdited(new NativeId(target), new MessageText(text)));

    private static Task<IReadOnlyList<EventId>> ReactAsync(LoopRig rig, string target, string reaction) =>
        RelateAsync(rig, new ReactionChanged(new NativeId(target), new MessageText(reaction)));

    private static Task<IReadOnlyList<EventId>> DeleteAsync(LoopRig rig, string target) => RelateAsync(rig, new MessageDeleted(new NativeId(target)));

    private static Task<IReadOnlyList<EventId>> RelateAsync(LoopRig rig, BridgeEvent relation, string? id = null) =>
        rig.AcceptAsync(new Inbound { Address = Room, Event = relation, NativeId = id is null ? null : new NativeId(id) });

    /// <summary>As delivery records the id of a part.</summary>
    private static async Task<NativeClaim> ClaimAsync(LoopRig rig, string native, EventId sent)
    {
        var claim = new NativeClaim(Bridge.Core.Messages.NativeIndex.Of(rig.Sealer, Room, new NativeId(native)), sent, new DeliveryId(1), 0);
        await rig.Store.CommitAsync([new StoreChange.ClaimNative(claim)], CancellationToken.None);
        return claim;
    }

    private static async Task NothingRemainsAsync(LoopRig rig) =>
        Assert.Empty(await rig.Store.ReadStateAsync("rules", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken));
}
