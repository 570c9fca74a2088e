using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Read markers of messages that nobody knows yet.</summary>
public sealed class EarlyReceiptTests
{
    private static readonly Linked s_pair = new("pair", "near:!a", "far:!b");

    [Fact]
    public async Task A_read_marker_that_comes_before_the_answer_to_the_send_waits_and_is_carried()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Holding = true;
        await rig.SaysAsync("near:!a", "hello", "n1");
        var held = rig.Far.Held[0];
        var id = rig.Far.Take(held.Outbound).Ids[0];

        var read = await ReadAsync(rig, id.Value, "@ben");
        Assert.Equal(Verdict.HeldForTarget, rig.DecisionOf(read).Routes.Single().Verdict);
        held.Answer(new SendResult.Delivered([id]));
        await rig.SettleAsync();

        Assert.Equal(["!a read n1"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task Of_one_person_the_last_waits_also_after_a_restart()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var first = await ReadAsync(rig, "f1", "@ben");
        await ReadAsync(rig, "f1", "@eve");
        await rig.CrashAsync();
        await ReadAsync(rig, "f2", "@ben");

        await rig.SaysAsync("far:!b", "one", "f1");
        await rig.SaysAsync("far:!b", "two", "f2");

        Assert.Equal(["!a one", "!a read near-1", "!a two", "!a read near-3"], LinkRig.Words(rig.Near));
        Assert.Equal("a later read marker of the same person came", rig.DecisionOf(first).Routes.Single().Because);
        Assert.Equal(1, rig.Telemetry.Totals[("routing.relations", "Superseded")]);
    }

    [Fact]
    public async Task One_that_waited_does_not_move_the_marker_back()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Holding = true;
        await rig.SaysAsync("near:!a", "one", "n1");
        var held = rig.Far.Held[0];
        var id = rig.Far.Take(held.Outbound).Ids[0];
        await ReadAsync(rig, id.Value, "@ben");
        rig.Far.Capabilities = rig.Far.Capabilities with { MayEcho = false };
        await rig.SaysAsync("far:!b", "two", "f2", sender: "@eve");
        await ReadAsync(rig, "f2", "@ben");
        held.Answer(new SendResult.Delivered([id]));
        await rig.SettleAsync();

        Assert.Equal(["!a two", "!a read near-1"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task What_was_read_and_never_came_is_dropped_with_a_reason_and_counted()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var read = await ReadAsync(rig, "nobody", "@ben");

        await rig.PassAsync(TimeSpan.FromMinutes(11));

        Assert.Empty(rig.Near.Sent);
        Assert.Equal(["waited 10m: what was read did not come", "what was read is not known here"], rig.DecisionOf(read).Routes.Select(route => route.Because));
        Assert.Equal(1, rig.Telemetry.Totals[("routing.relations", "TargetMissing")]);
    }

    [Fact]
    public async Task Where_no_link_takes_receipts_none_waits()
    {
        var route = new Rule("route", "near:!a", "far:!b") { Style = AddressStyle.Plain };
        await using var rig = await LinkRig.StartAsync(new Core.Configuration.Rules { Routes = [route.Build()] });

        await rig.HappensAsync("near:!a", new ReceiptReported(new NativeId("nobody"), Read: true));

        Assert.DoesNotContain(rig.Telemetry.Totals.Keys, key => key.Name == "routing.relations");
    }

    private static Task<EventId> ReadAsync(LinkRig rig, string upTo, string who) =>
        rig.HappensAsync("far:!b", new ReceiptReported(new NativeId(upTo), Read: true), sender: who);
}
