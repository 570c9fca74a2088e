using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Messages;

public sealed class DecisionLoopTests
{
    private static readonly StoreException s_broken = new("the disk is broken");
    private static readonly Rule s_chat = new("chat", "home:*", "console:me") { Style = AddressStyle.Plain, Text = "{{ message.text }}" };
    private static readonly Rule s_state = new("state", "home:t", "console:me")
    {
        When = "payload == 'on'", Until = "payload == 'off'", Text = "on", Resolved = "off",
    };

    [Fact]
    public async Task A_restart_goes_on_with_memory_and_numbers()
    {
        await using var rig = await LoopRig.StartAsync(s_state);
        await rig.PublishAsync("t", "on");
        await rig.RestartAsync();
        await rig.PublishAsync("t", "on");
        await rig.PublishAsync("t", "on", retained: true);
        await rig.PublishAsync("t", "off");
        Assert.Equal(["on", "off"], rig.Texts);
        Assert.Equal([1, 2], rig.Owed.Select(owed => owed.Row.Id.Value));
        Assert.Equal(rig.Store.Events.Select(row => row.Sequence), rig.Store.Events.Select(row => row.Sequence).Distinct().Order());
    }

    [Fact]
    public async Task An_open_state_ends_by_its_own_rule_after_a_restart_with_other_rules()
    {
        await using var rig = await LoopRig.StartAsync(s_state);
        await rig.PublishAsync("t", "on");
        await rig.RestartAsync(s_chat with { From = "home:other" });
        await rig.PublishAsync("t", "off");
        await rig.PublishAsync("t", "on");
        Assert.Equal(["on", "off"], rig.Texts);
    }

    [Fact]
    public async Task A_cooldown_outlives_a_restart_whether_it_runs_or_is_pending()
    {
        await using var rig = await LoopRig.StartAsync(s_chat with { Cooldown = TimeSpan.FromMinutes(5) });
        await rig.SayAsync("room", "hello");
        await rig.RestartAsync();
        await rig.SayAsync("room", "hello");
        var owed = Assert.Single(rig.Owed);
        await rig.Loop.SettledAsync(new Settlement(owed.Row.Event, "chat", owed.Content!.Hold!, Delivered: true));
        await rig.RestartAsync();
        await rig.SayAsync("room", "hello");
        Assert.Single(rig.Owed);
    }

    [Fact]
    public async Task A_loop_is_counted_each_time_and_stopped()
    {
        await using var rig = await LoopRig.StartAsync(new Rule("echo", "home:t", "home:t"));
        await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => rig.PublishAsync("t", "same")));
        Assert.Equal(100, rig.Owed.Count);
        Assert.Equal(50, rig.Telemetry.Totals[("routing.verdicts", "LoopStopped")]);
    }

    [Fact]
    public async Task A_restart_goes_on_with_timers()
    {
        await using var rig = await LoopRig.StartAsync(s_state with { For = TimeSpan.FromMinutes(10) });
        await rig.PublishAsync("t", "on");
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await rig.RestartAsync();
        Assert.Empty(rig.Owed);
        await rig.AdvanceUntilAsync(TimeSpan.FromMinutes(5), () => !rig.Owed.IsEmpty);
        Assert.Equal(["on"], rig.Texts);
        var spoken = rig.ArrivalOf(rig.Store.Events[^1]);
        Assert.Equal(Bridge.Core.Messages.Origin.Bridge, spoken.Origin);
        Assert.Equal("home:t", spoken.Inbound.Address.Full);
    }

    [Fact]
    public async Task What_became_due_while_bridge_was_down_is_said_once_delivery_is_ready()
    {
        await using var rig = await LoopRig.StartAsync(s_state with { For = TimeSpan.FromMinutes(10) });
        await rig.PublishAsync("t", "on");
        await rig.Loop.DisposeAsync();
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.RestartWithoutTimersAsync();
        await rig.PublishAsync("other", "x");
        Assert.Empty(rig.Owed);
        rig.Loop.StartTimers();
        await rig.AdvanceUntilAsync(TimeSpan.Zero, () => !rig.Owed.IsEmpty);
        Assert.Equal(["on"], rig.Texts);
    }

    [Fact]
    public async Task An_overflow_line_survives_a_restart_and_leaves_nothing_behind()
    {
        await using var rig = await LoopRig.StartAsync(new Rule("storm", "home:t", "console:me")
        {
            Text = "{{ payload }}", Retained = RetainedMode.Always, Rate = new Rate(2, TimeSpan.FromMinutes(1)), Overflow = "{{ items | length }} more",
        });
        await Task.WhenAll(Enumerable.Range(0, 10).Select(index => rig.PublishAsync("t", $"{index}")));
        await rig.RestartAsync();
        await rig.AdvanceUntilAsync(TimeSpan.FromMinutes(1), () => rig.Owed.Count == 3);
        Assert.Equal(["0", "1", "8 more"], rig.Texts);
        await rig.PublishAsync("t", "last");
        Assert.Empty(await rig.Store.ReadStateAsync("rules", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cooldown_starts_when_its_delivery_is_settled_and_is_forgotten_when_it_is_over()
    {
        await using var rig = await LoopRig.StartAsync(s_chat with { Cooldown = TimeSpan.FromMinutes(5) });
        await rig.SayAsync("room", "hello");
        var content = rig.Owed.Single().Content!;
        await rig.Loop.SettledAsync(new Settlement(rig.Owed.Single().Row.Event, content.Route, content.Hold!, Delivered: true));
        await rig.SayAsync("room", "hello");
        Assert.Single(rig.Owed);
        await rig.AdvanceUntilAsync(
            TimeSpan.FromMinutes(6), () => rig.Store.ReadStateAsync("rules", CancellationToken.None).ToBlockingEnumerable(TestContext.Current.CancellationToken).ToList() is []);
        await rig.SayAsync("room", "hello");
        Assert.Equal(2, rig.Owed.Count);
    }

    [Fact]
    public async Task A_settlement_that_could_not_be_stored_is_refused_so_that_it_is_told_again()
    {
        await using var rig = await LoopRig.StartAsync(s_chat with { Cooldown = TimeSpan.FromMinutes(5) });
        await rig.SayAsync("room", "hello");
        var settlement = new Settlement(rig.Owed.Single().Row.Event, "chat", rig.Owed.Single().Content!.Hold!, Delivered: false);
        rig.Store.Failure = s_broken;
        await Assert.ThrowsAsync<StoreException>(async () => await rig.Loop.SettledAsync(settlement));
        rig.Store.Failure = null;
        await rig.Loop.SettledAsync(settlement);
        await rig.SayAsync("room", "hello");
        Assert.Equal(2, rig.Owed.Count);
    }

    [Fact]
    public async Task A_reload_changes_the_rules_between_two_inputs_and_an_open_state_ends_as_it_began()
    {
        await using var rig = await LoopRig.StartAsync(s_state);
        var before = rig.PublishAsync("t", "on");
        var reload = rig.Loop.ReloadAsync(new Rules { Routes = [(s_state with { Until = "payload == 'never'", Text = "new" }).Build()] }, TimeZoneInfo.Utc, 2);
        var after = rig.PublishAsync("t", "off");
        var again = rig.PublishAsync("t", "on");
        await Task.WhenAll(before, reload, after, again);
        Assert.Equal(["on", "off", "new"], rig.Texts);
    }

    [Fact]
    public async Task A_reload_that_fails_with_the_commit_before_it_leaves_the_rules_as_they_were()
    {
        await using var rig = await LoopRig.StartAsync(s_state);
        rig.Gate.Hold();
        var before = rig.PublishAsync("t", "on");
        await rig.Gate.ArrivedAsync();
        var decided = new TaskCompletionSource();
        var routes = Enumerable.Repeat((s_state with { Text = "new" }).Build(), 1).ToList();
        var reload = rig.Loop.ReloadAsync(new Rules { Routes = new Watched<RouteConfig>(routes, () => decided.TrySetResult()) }, TimeZoneInfo.Utc, 2);
        await decided.Task;
        rig.Gate.Release(s_broken);
        await Assert.ThrowsAsync<StoreException>(() => before);
        await Assert.ThrowsAsync<StoreException>(() => reload);
        await rig.PublishAsync("t", "on");
        Assert.Equal(["on"], rig.Texts);
        Assert.Equal(1, (await rig.Loop.StatusAsync()).Generation);
    }

    [Fact]
    public async Task A_reload_tells_where_open_states_still_listen_and_asks_nothing_of_the_store_after_the_rules_are_in_force()
    {
        await using var rig = await LoopRig.StartAsync(s_state with { From = "home:t" });
        await rig.PublishAsync("t", "on");
        var open = await rig.Loop.ReloadAsync(new Rules(), TimeZoneInfo.Utc, 2);
        rig.Store.Failure = s_broken;
        Assert.Equal(("home", "t"), (Assert.Single(open).Endpoint, open[0].Pattern));
    }

    [Fact]
    public async Task Status_lists_open_states_and_matching_baselines()
    {
        await using var rig = await LoopRig.StartAsync(s_state with { From = "home:#" });
        await rig.PublishAsync("live", "on");
        await rig.PublishAsync("replayed", "on", retained: true);
        await rig.PublishAsync("replayed too", "off", retained: true);
        var status = await rig.Loop.StatusAsync();
        Assert.Equal("home:live", Assert.Single(status.Open).Key.Value);
        Assert.Equal("home:replayed", Assert.Single(status.Baselines).Address.Full);
        Assert.Equal(1, status.Generation);
    }

    [Fact]
    public async Task The_store_holds_nothing_readable()
    {
        await using var rig = await LoopRig.StartAsync(s_state with { Text = "canary-text {{ payload }}", Cooldown = TimeSpan.FromHours(1), Key = "canary-key" });
        await rig.PublishAsync("t", "on");
        var stored = rig.Store.Events.SelectMany(row => new[] { row.Body, row.Decision })
            .Concat(rig.Owed.Select(owed => owed.Row.Content))
            .Concat(rig.Store.ReadStateAsync("rules", CancellationToken.None).ToBlockingEnumerable(TestContext.Current.CancellationToken).Select(row => row.Sealed));
        Assert.All(stored, bytes => Assert.DoesNotContain("canary", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
    }

    /// <summary>Tells when it is read.</summary>
    private sealed class Watched<T>(List<T> items, Action read) : IReadOnlyList<T>
    {
        public int Count => items.Count;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator()
        {
            read();
            return items.GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
