using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>What Bridge sent comes back as an arrival, whenever the network pleases, from an endpoint that cannot tell its own from others'.</summary>
public sealed class EchoTests
{
    private static readonly Linked s_pair = new("pair", "near:!a", "far:!b");

    [Fact]
    public async Task An_echo_that_comes_before_the_answer_waits_for_it_and_is_not_carried_back()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var (held, id) = await SayHeldAsync(rig, "hello");

        var echo = await EchoAsync(rig, held, id);
        Assert.Equal(Verdict.HeldForAnswer, rig.DecisionOf(echo).Routes.Single().Verdict);
        held.Answer(new SendResult.Delivered([id]));
        await rig.SettleAsync();

        Assert.Empty(rig.Near.Sent);
        Assert.Equal([Verdict.HeldForAnswer, Verdict.Echo], rig.DecisionOf(echo).Routes.Select(route => route.Verdict));
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "far")]);
        Assert.Equal(1, rig.Telemetry.Totals[("intake.held_for_answer", "Answered")]);
        await NothingIsRememberedAsync(rig);
    }

    [Fact]
    public async Task An_echo_that_comes_after_the_answer_does_not_even_wait()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "hello", "n1");

        await rig.SaysAsync("far:!b", "hello", "far-1");

        Assert.Empty(rig.Near.Sent);
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "far")]);
        Assert.DoesNotContain(rig.Telemetry.Totals.Keys, key => key.Name == "intake.held_for_answer");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_echo_is_known_though_Bridge_is_killed_before_it_heard_the_answer(bool beforeTheKill)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var (held, id) = await SayHeldAsync(rig, "hello");
        if (beforeTheKill)
        {
            await EchoAsync(rig, held, id);
        }

        rig.Far.Holding = false;
        rig.Disconnect(rig.Far);
        await rig.CrashAsync();
        if (!beforeTheKill)
        {
            await EchoAsync(rig, held, id);
        }

        Assert.Empty(rig.Near.Sent);
        rig.Connect(rig.Far);
        await rig.SettleAsync();

        Assert.Empty(rig.Near.Sent);
        Assert.Equal("hello", Assert.Single(rig.Far.Said).Sent.Content is MessagePosted { Parts: [TextPart text] } ? text.Text.Value : "");
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "far")]);
        await NothingIsRememberedAsync(rig);
    }

    [Fact]
    public async Task What_somebody_says_meanwhile_goes_on_in_order_once_the_answer_is_there()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var (held, id) = await SayHeldAsync(rig, "hello");

        await rig.SaysAsync("far:!b", "one", "f1");
        await EchoAsync(rig, held, id);
        await rig.SaysAsync("far:!b", "two", "f2");
        await rig.HappensAsync("far:!b", new ReactionChanged(new NativeId("f1"), new MessageText("+1")), "f3");
        await rig.SaysAsync("far:!b", "one", "f1"); // the network tells it twice
        Assert.Empty(rig.Near.Sent);
        held.Answer(new SendResult.Delivered([id]));
        await rig.SettleAsync();

        Assert.Equal(["!a one", "!a two", "!a react near-1: +1"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task What_was_refused_holds_nobody_back()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var (held, _) = await SayHeldAsync(rig, "hello");
        await rig.SaysAsync("far:!b", "one", "f1");

        held.Answer(new SendResult.Deferred("not now"));
        await rig.SettleAsync();
        await rig.SaysAsync("far:!b", "two", "f2");

        Assert.Equal(["!a one", "!a two"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task A_send_without_an_answer_holds_others_back_for_a_minute_and_is_known_by_its_words_from_then_on()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Answer = _ => throw new IOException("no answer");
        await rig.SaysAsync("near:!a", "hello", "n1");

        var other = await rig.SaysAsync("far:!b", "one", "f1");
        await rig.SaysAsync("far:!b", "hello", "f2");
        Assert.Empty(rig.Near.Sent);
        await rig.PassAsync(TimeSpan.FromSeconds(61));
        var late = await rig.SaysAsync("far:!b", " hello\n", "f3");
        await rig.SaysAsync("far:!b", "two", "f4");

        Assert.Equal(["!a one", "!a two"], LinkRig.Words(rig.Near));
        Assert.EndsWith(": what was being sent had no answer in that time", rig.DecisionOf(other).Routes[0].Because, StringComparison.Ordinal);
        Assert.Equal(Verdict.Echo, rig.DecisionOf(late).Routes.Single().Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_a_kill_leaves_a_send_uncertain_its_echo_is_known_by_its_words_once(bool killed)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Capabilities = rig.Far.Capabilities with { Resend = new ResendClass.Unsafe() };
        var (held, id) = await SayHeldAsync(rig, "hello");
        rig.Far.Holding = false;
        if (killed)
        {
            await rig.CrashAsync();
        }
        else
        {
            held.Fail(new TimeoutException());
            await rig.SettleAsync();
            await rig.CrashAsync();
        }

        await EchoAsync(rig, held, id);
        await rig.SaysAsync("far:!b", "something else", "f2");
        await rig.SaysAsync("far:!b", "hello", "f3");

        Assert.Equal(["!a (not delivered: ", "!a something else", "!a hello"], LinkRig.Words(rig.Near).Select(words => words.Split("inter")[0].Split("no ans")[0]));
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "far")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_network_takes_without_a_name_is_known_by_its_words(bool echoFirst)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var (held, id) = await SayHeldAsync(rig, "hello");
        if (echoFirst)
        {
            await EchoAsync(rig, held, id);
        }

        held.Answer(new SendResult.Accepted());
        await rig.SettleAsync();
        if (!echoFirst)
        {
            await rig.CrashAsync();
            await EchoAsync(rig, held, id);
        }

        await rig.SaysAsync("far:!b", "one", "f1");

        Assert.Equal(["!a one"], LinkRig.Words(rig.Near));
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "far")]);
    }

    [Fact]
    public async Task Where_the_endpoint_leaves_out_its_own_nobody_waits()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Capabilities = rig.Far.Capabilities with { MayEcho = false };
        await SayHeldAsync(rig, "hello");

        await rig.SaysAsync("far:!b", "one", "f1");

        Assert.Equal(["!a one"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task An_answer_to_what_is_being_sent_waits_until_it_is_known_what_it_answers()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Capabilities = rig.Far.Capabilities with { MayEcho = false };
        var (held, id) = await SayHeldAsync(rig, "question");

        await rig.SaysAsync("far:!b", "answer", "f1", with: inbound => inbound with { ReplyTo = id });
        await rig.SaysAsync("far:!b", "more", "f2");
        Assert.Empty(rig.Near.Sent);
        held.Answer(new SendResult.Delivered([id]));
        await rig.SettleAsync();

        Assert.Equal(["!a answer (to n1)", "!a more"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task An_answer_does_not_overtake_the_name_of_what_it_answers_where_several_sends_are_in_flight()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Capabilities = rig.Far.Capabilities with { InFlight = 4 };
        var (held, id) = await SayHeldAsync(rig, "question");
        rig.Far.Holding = false;

        await rig.SaysAsync("near:!a", "to myself", "n2", with: inbound => inbound with { ReplyTo = new NativeId("n1") });
        held.Answer(new SendResult.Delivered([id]));
        await rig.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(["!b question", "!b to myself (to far-1)"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Of_a_portal_an_echo_is_known_too_though_it_was_owed_to_a_placeholder()
    {
        await using var rig = await LinkRig.StartAsync(new Linked("portals", "near:*", "far:*"));
        await rig.SaysAsync("far:chat1", "first", "f1");
        rig.Near.Holding = true;
        await rig.SaysAsync("far:chat1", "second", "f2");
        var held = rig.Near.Held[0];
        var id = rig.Near.Take(held.Outbound).Ids[0];

        await rig.SaysAsync("near:!room1", "second", id.Value);
        await rig.CrashAsync();
        rig.Near.Holding = false;
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        rig.Near.Held.ToList().ForEach(send => send.Answer(new SendResult.Delivered([id])));
        await rig.SettleAsync();

        Assert.Empty(rig.Far.Sent);
        Assert.Equal(1, rig.Telemetry.Totals[("intake.echoes", "near")]);
    }

    /// <summary>Somebody says it near; the far network has it and names it, and its answer is held.</summary>
    private static async Task<(HeldSend Held, NativeId Id)> SayHeldAsync(LinkRig rig, string text)
    {
        rig.Far.Holding = true;
        await rig.SaysAsync("near:!a", text, "n1");
        var held = Assert.Single(rig.Far.Held);
        return (held, rig.Far.Take(held.Outbound).Ids[0]);
    }

    private static Task<EventId> EchoAsync(LinkRig rig, HeldSend held, NativeId id) =>
        rig.HappensAsync(held.Outbound.To.Full, held.Outbound.Content, id.Value, "@bridge");

    private static async Task NothingIsRememberedAsync(LinkRig rig) =>
        Assert.Empty(await rig.Store.ReadStateAsync("rules", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken));
}
