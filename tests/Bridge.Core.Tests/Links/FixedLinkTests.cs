using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

public sealed class FixedLinkTests
{
    private static readonly Linked s_pair = new("pair", "near:!a", "far:!b");

    [Fact]
    public async Task What_is_said_at_one_side_is_said_at_the_other_and_does_not_come_back()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);

        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.SaysAsync("far:!b", "hi", "f1");
        await rig.SaysAsync("far:!b", "hello", "far-1"); // the network brings back what we sent
        await rig.SaysAsync("near:!a", "hello", "n1"); // and what it has told us before

        Assert.Equal(["!b hello"], LinkRig.Words(rig.Far));
        Assert.Equal(["!a hi"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task Edits_reactions_and_answers_find_their_message_both_ways_also_after_a_restart()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "question", "n1");
        await rig.CrashAsync();

        await rig.SaysAsync("far:!b", "answer", "f1", with: inbound => inbound with { ReplyTo = new NativeId("far-1") });
        await rig.HappensAsync("far:!b", new ReactionChanged(new NativeId("far-1"), new MessageText("+1")), "f2");
        await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("better question")), "n2");
        await rig.SaysAsync("near:!a", "thanks", "n3", with: inbound => inbound with { ReplyTo = new NativeId("near-1") });

        Assert.Equal(["!a answer (to n1)", "!a react n1: +1"], LinkRig.Words(rig.Near));
        Assert.Equal(["!b question", "!b edit far-1: better question", "!b thanks (to f1)"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Nobody_changes_what_somebody_else_said()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "meet at 5", "n1");
        await rig.CrashAsync();

        var spoofed = await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("send money")), "n2", sender: "@mallory");
        await rig.HappensAsync("far:!b", new MessageEdited(new NativeId("far-1"), new MessageText("send money")), "f1", sender: "@mallory");
        await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("meet at 6")), "n3");

        Assert.Equal([Verdict.NotTheirs], rig.DecisionOf(spoofed).Routes.Select(route => route.Verdict));
        Assert.Equal(["!b meet at 5", "!b edit far-1: meet at 6"], LinkRig.Words(rig.Far));
        Assert.Empty(rig.Near.Sent);
    }

    [Fact]
    public async Task Three_addresses_are_one_conversation_and_each_gets_everything_once()
    {
        await using var rig = await LinkRig.StartAsync(new Linked("all", "near:!a", "far:!b", "third:!c"));

        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.SaysAsync("third:!c", "to you", "t1", with: inbound => inbound with { ReplyTo = new NativeId("third-1") });

        Assert.Equal(["!b hello", "!b to you (to far-1)"], LinkRig.Words(rig.Far));
        Assert.Equal(["!c hello"], LinkRig.Words(rig.Third));
        Assert.Equal(["!a to you (to n1)"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task A_link_and_a_route_to_the_same_address_say_it_once()
    {
        var route = new Rule("route", "near:!a", "far:!b") { Style = AddressStyle.Plain };
        await using var rig = await LinkRig.StartAsync(new Rules { Links = [s_pair.Build()], Routes = [route.Build()] });

        await rig.SaysAsync("near:!a", "hello", "n1");

        Assert.Equal(["!b hello"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_message_is_not_deleted_across_networks_unless_the_link_says_so()
    {
        await using var rig = await LinkRig.StartAsync(s_pair, new Linked("both", "near:!c", "far:!d") { Deletes = DeletePolicy.Everywhere });
        await rig.SaysAsync("near:!a", "kept", "n1");
        await rig.SaysAsync("near:!c", "gone", "n2");

        var kept = await rig.HappensAsync("near:!a", new MessageDeleted(new NativeId("n1")), "n3");
        await rig.HappensAsync("near:!c", new MessageDeleted(new NativeId("n2")), "n4");

        Assert.Equal(["!b kept", "!d gone", "!d delete far-2"], LinkRig.Words(rig.Far));
        Assert.Contains("deletes: everywhere", rig.DecisionOf(kept).Routes.Single().Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Taking_back_a_reaction_takes_back_what_was_sent_for_it(bool byDelete)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.HappensAsync("near:!a", new ReactionChanged(new NativeId("n1"), new MessageText("+1")), "n2");

        BridgeEvent back = byDelete ? new MessageDeleted(new NativeId("n2")) : new ReactionChanged(new NativeId("n1"), new MessageText("+1"), Removed: true);
        await rig.HappensAsync("near:!a", back, "n3");

        Assert.Equal(["!b hello", "!b react far-1: +1", "!b unreact far-1: +1 (far-2)"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_delete_beats_an_edit_in_whatever_order_they_come()
    {
        await using var rig = await LinkRig.StartAsync(s_pair with { Deletes = DeletePolicy.Everywhere });
        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.HappensAsync("near:!a", new MessageDeleted(new NativeId("n1")), "n2");
        await rig.CrashAsync();

        var late = await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("back again")), "n3");

        Assert.Equal(["!b hello", "!b delete far-1"], LinkRig.Words(rig.Far));
        Assert.Equal(Verdict.Unchanged, rig.DecisionOf(late).Routes.Single().Verdict);
    }

    [Fact]
    public async Task The_highest_revision_wins()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "one", "n1");
        await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("three"), 3), "n2");
        await rig.CrashAsync();

        await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("two"), 2), "n3");
        await rig.HappensAsync("near:!a", new MessageEdited(new NativeId("n1"), new MessageText("four"), 4), "n4");

        Assert.Equal(["!b one", "!b edit far-1: three", "!b edit far-1: four"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Bots_are_not_carried_unless_asked_for()
    {
        await using var rig = await LinkRig.StartAsync(s_pair, new Linked("open", "near:!c", "far:!d") { IncludeBots = true });
        Inbound Bot(Inbound inbound) => inbound with { Sender = inbound.Sender! with { IsBot = true } };

        await rig.SaysAsync("near:!a", "I am a bot", "n1", with: Bot);
        await rig.HappensAsync("near:!a", MessagePosted.Of("a notice") with { Manner = MessageManner.Notice }, "n2");
        await rig.SaysAsync("near:!c", "I am a bot", "n3", with: Bot);

        Assert.Equal(["!d I am a bot"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task When_and_by_decide_what_passes_and_whom_an_address_names_always_may()
    {
        var people = new People([new PersonConfig("anna", [new Address(new EndpointId("near"), "@anna")])]);
        var link = new Linked("plumber", "near:!a", "far:+49 30 1") { By = ["anna"], When = "not startsWith(message.text, '!')" };
        await using var rig = await LinkRig.StartAsync(new Rules { Links = [link.Build()], People = people });

        await rig.SaysAsync("near:!a", "come please", "n1");
        await rig.SaysAsync("near:!a", "!help", "n2");
        await rig.SaysAsync("near:!a", "me too", "n3", sender: "@stranger");
        await rig.SaysAsync("far:+49 30 1", "tomorrow", "f1", sender: "+49301");

        Assert.Equal(["+49 30 1 come please"], LinkRig.Words(rig.Far));
        Assert.Equal(["!a tomorrow"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task The_sender_is_named_as_the_destination_knows_him()
    {
        var people = new People([new PersonConfig("anna", [new Address(new EndpointId("near"), "@anna"), new Address(new EndpointId("far"), "+491701")])]);
        await using var rig = await LinkRig.StartAsync(new Rules { Links = [s_pair.Build()], People = people });

        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.SaysAsync("far:!b", "hello yourself", "f1", sender: "+49 170 1");

        Assert.Equal(("+491701", "@anna"), (rig.Far.Sent[0].SenderHere, rig.Near.Sent[0].SenderHere));
    }

    [Fact]
    public async Task Who_speaks_is_told_in_words_beside_the_text_for_where_it_turns_out_that_it_cannot_be_shown()
    {
        await using var rig = await LinkRig.StartAsync(s_pair with { Label = "{{ sender.name }}: " });
        await rig.SaysAsync("near:!a", "hello", "n1");
        Assert.Equal(("!b hello", "anna: "), (LinkRig.Words(rig.Far).Single(), rig.Far.Sent[0].Label?.Value));
    }

    [Fact]
    public async Task A_read_marker_only_moves_forward()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "one", "n1");
        await rig.SaysAsync("near:!a", "two", "n2");

        await rig.HappensAsync("far:!b", new ReceiptReported(new NativeId("far-2"), Read: true), sender: "@ben");
        await rig.HappensAsync("far:!b", new ReceiptReported(new NativeId("far-1"), Read: true), sender: "@ben");
        await rig.HappensAsync("far:!b", new ReceiptReported(new NativeId("far-1"), Read: true), sender: "@eve");

        Assert.Equal(["!a read n2", "!a read n1"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task Of_several_read_markers_that_wait_the_last_is_carried()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SaysAsync("near:!a", "one", "n1");
        await rig.SaysAsync("near:!a", "two", "n2");
        rig.Disconnect(rig.Near);
        await rig.HappensAsync("far:!b", new ReceiptReported(new NativeId("far-1"), Read: true), sender: "@ben");
        await rig.HappensAsync("far:!b", new ReceiptReported(new NativeId("far-2"), Read: true), sender: "@ben");

        rig.Connect(rig.Near);
        await rig.SettleAsync();

        Assert.Equal(["!a read n2"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task A_failure_is_told_where_the_message_came_from_once_and_nothing_is_told_of_that()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Answer = _ => new SendResult.Refused("the number does not exist");
        rig.Near.Answer = _ => new SendResult.Refused("gone too");

        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.CrashAsync();

        Assert.Equal(["!a (not delivered: the number does not exist) (to n1)"], LinkRig.Words(rig.Near));
        Assert.Equal(["!b hello"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Success_is_told_where_the_network_has_a_word_for_it()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Near.Capabilities = rig.Near.Capabilities with { Sends = rig.Near.Capabilities.Sends | EventFeature.Outcome };

        await rig.SaysAsync("near:!a", "hello", "n1");
        await rig.SaysAsync("far:!b", "hello", "f1");

        Assert.Equal(["!a Delivered n1: ", "!a hello"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task Two_bridges_between_the_same_two_rooms_do_not_talk_for_ever()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.HappenAsync([.. Enumerable.Range(0, 120).Select(round => LinkRig.At("near:!a", MessagePosted.Of("the same again"), $"n{round}", "@other-bridge"))]);

        Assert.Equal(100, rig.Far.Sent.Count);
        Assert.Equal(20, rig.Telemetry.Totals[("routing.verdicts", "LoopStopped")]);
    }
}
