using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Messages;

public sealed class IntakeTests
{
    private static readonly Rule s_hot = new("hot", "home:t/#", "console:me") { When = "payload.t > 30", Text = "{{ payload.t }} degrees" };

    [Fact]
    public async Task An_event_is_stored_with_its_deliveries_before_it_completes()
    {
        await using var rig = await LoopRig.StartAsync(s_hot);
        rig.Gate.Hold();
        var accepted = rig.PublishAsync("t/a", """{"t":31}""");
        await rig.Gate.ArrivedAsync();
        Assert.False(accepted.IsCompleted);
        Assert.Empty(rig.Owed);
        rig.Gate.Release();
        var id = Assert.Single(await accepted);
        Assert.Equal(["31 degrees"], rig.Texts);
        Assert.Equal(id, rig.Store.Events.Single().Id);
        Assert.Equal(Verdict.Sent, rig.DecisionOf(id).Routes.Single().Verdict);
        Assert.Equal(rig.Owed.Single().Row.Id, Assert.Single(await rig.Store.DeliveriesOfAsync(id, CancellationToken.None)).Id);
    }

    [Fact]
    public async Task Data_that_concerns_no_route_is_counted_and_not_stored_but_what_the_cli_emits_is()
    {
        await using var rig = await LoopRig.StartAsync(s_hot);
        await rig.PublishAsync("other", "x");
        Assert.Empty(rig.Store.Events);
        Assert.Equal(1, rig.Telemetry.Totals[("intake.unrouted", "home")]);
        await rig.AcceptAsync(VirtualRules.At("home:other", new DataReported(Payload.FromText("x"))), Origin.Cli);
        Assert.Single(rig.Store.Events);
    }

    [Fact]
    public async Task Messages_are_always_stored_and_a_repeat_is_recognised()
    {
        await using var rig = await LoopRig.StartAsync(new Rule("all", "home:*", "console:me") { Style = AddressStyle.Plain, Text = "{{ message.text }}" });
        var first = rig.SayAsync("room", "hello", "m1");
        var again = rig.SayAsync("room", "hello", "m1");
        Assert.Equal(await first, await again);
        Assert.Equal(await first, await rig.SayAsync("room", "hello", "m1"));
        await rig.SayAsync("other room", "hello", "m1");
        Assert.Equal(2, rig.Store.Events.Count);
        Assert.Equal(2, rig.Telemetry.Totals[("intake.duplicates", "home")]);
        Assert.Equal("posted", rig.Store.Events[0].Kind);
    }

    [Fact]
    public async Task What_may_be_a_repeat_is_routed_again_under_the_same_id()
    {
        await using var rig = await LoopRig.StartAsync(s_hot);
        var id = EventId.New(TimeProvider.System);
        var hot = VirtualRules.At("home:t/a", new DataReported(Payload.FromText("""{"t":31}"""))) with { Id = id };
        await rig.AcceptAsync(hot, Origin.Network);
        await rig.AcceptAsync(hot, Origin.Network);
        Assert.Equal(id, Assert.Single(rig.Store.Events).Id);
        Assert.Equal(2, (await rig.Store.DeliveriesOfAsync(id, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task An_echo_of_our_own_send_is_recognised()
    {
        await using var rig = await LoopRig.StartAsync();
        var sent = await rig.Intake.SendAsync(new Address(LoopRig.Home, "room"), MessagePosted.Of("hello"));
        var row = Assert.Single(rig.Owed).Row;
        var native = NativeIndex.Of(rig.Sealer, new Address(LoopRig.Home, "room"), new NativeId("m9"));
        await rig.Store.CommitAsync([new StoreChange.ClaimNative(new NativeClaim(native, sent, row.Id, 0))], CancellationToken.None);
        Assert.Equal([sent], await rig.SayAsync("room", "hello", "m9"));
        Assert.Single(rig.Store.Events);
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "home")]);
    }

    [Fact]
    public async Task Send_delivers_and_asks_no_rule()
    {
        await using var rig = await LoopRig.StartAsync(new Rule("all", "home:*", "console:me") { Style = AddressStyle.Plain, Text = "x" });
        await rig.Intake.SendAsync(new Address(LoopRig.Home, "room"), MessagePosted.Of("hello"), Severity.Critical);
        var owed = Assert.Single(rig.Owed);
        Assert.Equal("home:room", owed.Content!.To.Full);
        Assert.True(owed.Row.Lane.Critical);
        Assert.Equal("hello", LoopRig.TextOf(owed.Event!.Inbound.Event));
    }

    [Fact]
    public async Task Events_and_endpoint_state_are_one_transaction_and_state_alone_is_committed_too()
    {
        await using var rig = await LoopRig.StartAsync(s_hot);
        await rig.Intake.AcceptAsync(LoopRig.Home, InboundBatch.Of(new StateChange("cursor", new byte[] { 7 })), Origin.Network);
        Assert.Equal(1, rig.Store.Commits);
        var state = new SealedState(LoopRig.Home, rig.Store, rig.Sealer);
        Assert.Equal([7], (await state.GetAsync("cursor", CancellationToken.None))!.Value.ToArray());
    }

    [Fact]
    public async Task Typing_is_counted_and_never_stored_and_reports_are_handed_to_delivery()
    {
        await using var rig = await LoopRig.StartAsync();
        await rig.AcceptAsync(VirtualRules.At("home:room", new TypingChanged(true)));
        await rig.AcceptAsync(VirtualRules.At("home:room", new DeliveryReported(new DeliveryKey("k"), DeliveryOutcome.Read)));
        Assert.Equal(0, rig.Store.Commits);
        Assert.Equal(1, rig.Telemetry.Totals[("intake.typing_not_routed", "home")]);
        Assert.Equal("k", Assert.Single(rig.Reports).Key.Value);
    }

    [Fact]
    public async Task Order_at_a_destination_is_the_order_of_acceptance()
    {
        await using var rig = await LoopRig.StartAsync(new Rule("all", "home:t", "console:me") { Text = "{{ payload }}" });
        var accepts = Enumerable.Range(0, 3_000).Select(index => rig.PublishAsync("t", $"{index}")).ToList();
        await Task.WhenAll(accepts);
        Assert.Equal(Enumerable.Range(0, 3_000).Select(index => $"{index}"), rig.Texts);
        Assert.Equal(Enumerable.Range(1, 3_000).Select(number => (long)number), rig.Owed.Select(owed => owed.Row.Id.Value));
        Assert.Equal(Enumerable.Range(1, 3_000).Select(number => (long)number), rig.Store.Events.Select(row => row.Sequence));
        Assert.True(rig.Store.Commits < 1_000, "what waits is committed together");
    }

    [Fact]
    public async Task What_needs_no_write_completes_after_what_was_accepted_before_it()
    {
        await using var rig = await LoopRig.StartAsync(s_hot);
        rig.Gate.Hold();
        var written = rig.PublishAsync("t/a", """{"t":31}""");
        await rig.Gate.ArrivedAsync();
        var unwritten = rig.PublishAsync("other", "x");
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(unwritten.IsCompleted);
        rig.Gate.Release();
        await unwritten;
        Assert.True(written.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Explain_asks_the_running_rules_and_changes_nothing()
    {
        await using var rig = await LoopRig.StartAsync(s_hot with { Cooldown = TimeSpan.FromHours(1) });
        await rig.PublishAsync("t/a", """{"t":31}""");
        var inbound = VirtualRules.Data("home:t/a", """{"t":31}"""u8.ToArray());
        var explanation = await rig.Loop.ExplainAsync(new Arrival(EventId.New(rig.Clock), inbound, rig.Clock.GetUtcNow(), Origin.Cli));
        Assert.Equal(Verdict.CooledDown, explanation.Routes.Single().Verdict);
        Assert.Single(rig.Store.Events);
    }

    [Fact]
    public async Task Nothing_is_accepted_after_the_end()
    {
        var rig = await LoopRig.StartAsync(s_hot);
        await rig.DisposeAsync();
        await Assert.ThrowsAsync<StoreException>(() => rig.PublishAsync("t/a", "x"));
    }
}
