using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Messages;

/// <summary>What was accepted and could not be stored.</summary>
public sealed class FailedCommitTests
{
    private static readonly StoreException s_broken = new("the disk is broken");
    private static readonly Rule s_chat = new("chat", "home:*", "console:me") { Style = AddressStyle.Plain, Text = "{{ message.text }}" };
    private static readonly Rule s_state = new("state", "home:t", "console:me")
    {
        When = "payload == 'on'", Until = "payload == 'off'", Text = "on", Resolved = "off",
    };

    [Fact]
    public async Task A_failed_commit_fails_everything_that_was_accepted_after_it_and_the_retry_is_no_duplicate()
    {
        await using var rig = await LoopRig.StartAsync(s_chat);
        rig.Gate.Hold();
        var first = rig.SayAsync("room", "one", "1");
        await rig.Gate.ArrivedAsync();

        // One is decided on top, the others still wait: the store works again when their turn comes, and yet they must fail.
        var later = new List<Task> { rig.SayAsync("room", "2", "2") };
        await rig.AdvanceUntilAsync(TimeSpan.Zero, () => Decided(rig) == 2);
        later.AddRange(Enumerable.Range(3, 20).Select(index => rig.SayAsync("room", $"{index}", $"{index}")));
        rig.Gate.Release(s_broken);
        Assert.Same(s_broken, await Assert.ThrowsAsync<StoreException>(() => first));
        foreach (var accept in later)
        {
            await Assert.ThrowsAsync<StoreException>(() => accept);
        }

        Assert.Empty(rig.Store.Events);
        Assert.Empty(rig.Owed);
        var again = new[] { rig.SayAsync("room", "one", "1"), rig.SayAsync("room", "2", "2") };
        await Task.WhenAll(again);
        Assert.Equal(["one", "2"], rig.Texts);
        Assert.DoesNotContain(("intake.duplicates", "home"), rig.Telemetry.Totals.Keys);
        Assert.Equal(2, rig.Telemetry.Totals[("intake.accepted", "home")]);
    }

    [Fact]
    public async Task What_is_sent_again_after_a_failed_commit_is_recognised_when_it_comes_once_more()
    {
        await using var rig = await LoopRig.StartAsync(s_chat);
        rig.Store.Failure = s_broken;
        await Assert.ThrowsAsync<StoreException>(() => rig.SayAsync("room", "one", "1"));
        rig.Store.Failure = null;
        rig.Gate.Hold();
        var again = rig.SayAsync("room", "one", "1");
        await rig.Gate.ArrivedAsync();
        var onceMore = rig.SayAsync("room", "one", "1");
        await rig.AdvanceUntilAsync(TimeSpan.Zero, () => Decided(rig) == 3 || rig.Telemetry.Totals.ContainsKey(("intake.duplicates", "home")));
        rig.Gate.Release();
        Assert.Equal(await again, await onceMore);
        Assert.Equal(["one"], rig.Texts);
    }

    [Fact]
    public async Task What_names_a_failed_elder_fails_although_the_store_works_again()
    {
        await using var rig = await LoopRig.StartAsync(s_chat);
        rig.Store.Failure = s_broken;
        var first = rig.SayAsync("room", "one", "1");
        await Assert.ThrowsAsync<StoreException>(() => first);

        // The endpoint reads on before it has heard of it; the disk has room again.
        rig.Store.Failure = null;
        var second = rig.SayAsync("room", "two", "2", elder: first);
        Assert.Same(s_broken, await Assert.ThrowsAsync<StoreException>(() => rig.SayAsync("room", "three", "3", elder: second)));
        await Assert.ThrowsAsync<StoreException>(() => second);
        await rig.SayAsync("room", "one", "1", elder: Task.CompletedTask);
        Assert.Equal(["one"], rig.Texts);
    }

    [Fact]
    public async Task However_a_commit_fails_its_caller_hears_of_it_though_nothing_else_happens()
    {
        await using var rig = await LoopRig.StartAsync(s_chat);
        for (var round = 0; round < 5_000; round++)
        {
            rig.Store.Failure = new StoreException("the disk is broken");
            await Assert.ThrowsAsync<StoreException>(() => rig.SayAsync("room", "one").WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Timers_that_start_while_a_commit_fails_have_started_all_the_same()
    {
        await using var rig = await LoopRig.StartAsync(s_state with { For = TimeSpan.FromMinutes(1) });
        await rig.PublishAsync("t", "on");
        await rig.RestartWithoutTimersAsync();
        rig.Gate.Hold();
        var first = rig.PublishAsync("t", "off");
        await rig.Gate.ArrivedAsync();
        var second = rig.PublishAsync("t", "on");
        await rig.AdvanceUntilAsync(TimeSpan.Zero, () => Decided(rig) == 3);
        rig.Loop.StartTimers();
        rig.Gate.Release(s_broken);
        await Assert.ThrowsAsync<StoreException>(() => first);
        await Assert.ThrowsAsync<StoreException>(() => second);
        await rig.AdvanceUntilAsync(TimeSpan.FromMinutes(1), () => rig.Texts.Any());
        Assert.Equal(["on"], rig.Texts);
    }

    [Fact]
    public async Task A_failed_commit_takes_back_what_the_rules_remembered()
    {
        await using var rig = await LoopRig.StartAsync(s_state);
        rig.Store.Failure = s_broken;
        await Assert.ThrowsAsync<StoreException>(() => rig.PublishAsync("t", "on"));
        rig.Store.Failure = null;
        await rig.PublishAsync("t", "on");
        await rig.PublishAsync("t", "on");
        Assert.Equal(["on"], rig.Texts);
    }

    [Fact]
    public async Task Whatever_fails_and_whenever_each_acknowledged_event_is_stored_once_and_in_order()
    {
        await using var rig = await LoopRig.StartAsync(s_chat);
        var random = new Random(99);
        var acknowledged = new List<string>();
        var waiting = new Queue<int>(Enumerable.Range(0, 400));
        while (waiting.Count > 0)
        {
            rig.Store.Failure = random.Next(3) == 0 ? s_broken : null;
            var window = waiting.Take(random.Next(1, 30)).Select(number => (number, Task: rig.SayAsync("room", $"{number}", $"{number}"))).ToList();
            foreach (var (number, task) in window)
            {
                try
                {
                    await task;
                }
                catch (StoreException)
                {
                    break;
                }

                Assert.Equal(number, waiting.Dequeue());
                acknowledged.Add($"{number}");
            }

            // The next round stands for a new session: everything of the old one has ended.
            await ((Task)Task.WhenAll(window.Select(item => item.Task))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        Assert.Equal(acknowledged, rig.Texts);
        Assert.Equal(acknowledged, rig.Store.Events.Select(row => LoopRig.TextOf(rig.ArrivalOf(row).Inbound.Event)));
    }

    private static long Decided(LoopRig rig) => rig.Telemetry.Totals.Where(total => total.Key.Name == "routing.verdicts").Sum(total => total.Value);
}
