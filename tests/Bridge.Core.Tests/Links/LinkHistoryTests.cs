using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Core.Tests.Delivery;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>What was said at the fixed addresses of a link before there was the link.</summary>
public sealed class LinkHistoryTests
{
    private static readonly Linked s_pair = new("pair", "near:!a", "far:!b") { History = 2 };

    [Fact]
    public async Task The_last_of_each_side_comes_to_the_other_once_and_before_what_is_said_now()
    {
        await using var rig = await StartAsync();
        rig.Near.History = _ => [Said("near:!a", "too old", "n0"), Said("near:!a", "one", "n1"), Said("near:!a", "two", "n2")];
        rig.Far.History = _ => [Said("far:!b", "uno", "f1")];
        rig.Connect(rig.Near);
        var now = await rig.SaysAsync("near:!a", "now", "n3");
        Assert.Equal(Verdict.HeldForHistory, rig.DecisionOf(now).Routes.Single().Verdict);

        rig.Connect(rig.Far);
        await UntilSaidAsync(rig.Far, 3, rig);
        await rig.SaysAsync("far:!b", "answer", "f2", with: inbound => inbound with { ReplyTo = new NativeId("far-1") });
        await rig.CrashAsync();

        Assert.Equal(["!b one", "!b two", "!b now"], LinkRig.Words(rig.Far));
        Assert.Equal(["!a uno", "!a answer (to n1)"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task What_the_other_side_was_sent_is_no_history_of_its_own()
    {
        await using var rig = await StartAsync(s_pair with { History = 0 }, connected: true);
        await rig.SaysAsync("near:!a", "known", "n1");
        rig.Near.History = _ => [Said("near:!a", "older", "n0"), Said("near:!a", "known", "n1")];
        rig.Far.History = _ => [Said("far:!b", "known", "far-1")];

        await rig.CrashAsync(RulesOf(s_pair));
        await UntilSaidAsync(rig.Far, 2, rig);

        Assert.Equal(["!b known", "!b older"], LinkRig.Words(rig.Far));
        Assert.Empty(rig.Near.Sent);
    }

    [Fact]
    public async Task Three_sides_hear_the_others_in_the_order_of_time()
    {
        await using var rig = await StartAsync(new Linked("all", "near:!a", "far:!b", "third:!c") { History = 5 });
        rig.Near.History = _ => [Said("near:!a", "first", "n1", 1), Said("near:!a", "third", "n2", 3)];
        rig.Far.History = _ => [Said("far:!b", "second", "f1", 2)];
        rig.Connect(rig.Near);
        rig.Connect(rig.Far);

        await UntilSaidAsync(rig.Third, 3, rig);

        Assert.Equal(["!c first", "!c second", "!c third"], LinkRig.Words(rig.Third));
        Assert.Equal(["!b first", "!b third"], LinkRig.Words(rig.Far));
        Assert.Equal(["!a second"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task A_network_that_does_not_answer_holds_up_what_is_said_for_a_minute_and_is_asked_again_at_the_next_start()
    {
        await using var rig = await StartAsync();
        rig.Near.History = _ => [Said("near:!a", "one", "n1")];
        rig.Far.History = _ => throw new IOException("not now");
        rig.Connect(rig.Near);
        rig.Connect(rig.Far);
        await rig.SaysAsync("near:!a", "now", "n2");
        await rig.PassAsync(TimeSpan.FromSeconds(62));
        Assert.Contains("!b now", LinkRig.Words(rig.Far));
        Assert.Equal(1, rig.Telemetry.Totals[("links.history_missed", "pair")]);

        rig.Far.History = _ => [Said("far:!b", "uno", "f1")];
        await rig.CrashAsync();
        await UntilSaidAsync(rig.Near, 1, rig);

        Assert.Equal(["!a uno"], LinkRig.Words(rig.Near));
        Assert.Equal(["!b now", "!b one"], LinkRig.Words(rig.Far).Order());
    }

    [Fact]
    public async Task What_may_not_pass_now_may_not_pass_as_history()
    {
        await using var rig = await StartAsync(s_pair with { History = 9, When = "not startsWith(message.text, '!')" });
        rig.Near.History = _ =>
        [
            Said("near:!a", "!command", "n1"), Said("near:!a", "a bot", "n2") with { Sender = new Sender("@bot", IsBot: true) }, Said("near:!a", "words", "n3"),
        ];
        rig.Connect(rig.Near);
        rig.Connect(rig.Far);

        await UntilSaidAsync(rig.Far, 1, rig);

        Assert.Equal(["!b words"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Other_addresses_are_another_conversation()
    {
        await using var rig = await StartAsync(connected: true);
        rig.Near.History = at => [Said(at.Full, $"in {at.Rest}", "n1")];
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        var before = rig.Far.Sent.Count;

        await rig.Loop.ReloadAsync(RulesOf(new Linked("pair", "near:!other", "far:!b") { History = 2 }), TimeZoneInfo.Utc, 2);
        await UntilSaidAsync(rig.Far, before + 1, rig);

        Assert.Equal("!b in !other", LinkRig.Words(rig.Far).Last());
    }

    private static Inbound Said(string at, string text, string id, int minute = 0) =>
        LinkRig.At(at, MessagePosted.Of(text), id) with { Historic = true, OccurredAt = DateTimeOffset.UnixEpoch.AddMinutes(minute) };

    private static Rules RulesOf(params Linked[] links) => new() { Links = [.. links.Select(link => link.Build())] };

    /// <summary>The networks of history are away, so that the test says first what they keep.</summary>
    private static async Task<LinkRig> StartAsync(Linked? link = null, bool connected = false)
    {
        var rig = await LinkRig.StartAsync(RulesOf([]));
        if (!connected)
        {
            rig.Disconnect(rig.Near);
            rig.Disconnect(rig.Far);
        }

        await rig.CrashAsync(RulesOf(link ?? s_pair));
        return rig;
    }

    private static async Task UntilSaidAsync(FakeEndpoint endpoint, int many, LinkRig rig)
    {
        await DeliveryRig.UntilAsync(() =>
        {
            rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
            return endpoint.Sent.Count >= many;
        });
        await rig.SettleAsync();
    }
}
