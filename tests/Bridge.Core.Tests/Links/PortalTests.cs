using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

public sealed class PortalTests
{
    private static readonly Linked s_portals = new("portals", "near:*", "far:*") { Invite = ["anna"], Name = "{{ chat.title }} (far)" };
    private static readonly People s_people = new([
        new PersonConfig("anna", [Place("near", "@anna")]),
        new PersonConfig("ben", [Place("far", "+491701"), Place("far", "ben@example.org")]),
    ]);

    [Fact]
    public async Task The_first_message_makes_the_conversation_and_is_the_first_thing_said_there()
    {
        await using var rig = await StartAsync();

        await rig.SaysAsync("far:chat1", "hello", "f1", with: inbound => inbound with { Conversation = new ConversationFacts(new MessageText("Family"), IsDirect: false) });
        await rig.SaysAsync("far:chat1", "anybody?", "f2");
        await rig.SaysAsync("near:!room1", "yes", "n1", with: inbound => inbound with { ReplyTo = new NativeId("near-2") });
        await rig.HappensAsync("far:chat1", new ReactionChanged(new NativeId("far-1"), new MessageText("+1")), "f3");

        var request = Assert.Single(rig.Near.Requests);
        Assert.Equal(("Family (far)", "@anna", "far:chat1"), (request.Name?.Value, Assert.Single(request.Invite).Value, request.For?.Full));
        Assert.Matches("^[a-z2-7]{26}$", request.Key);
        Assert.Equal(["!room1 hello", "!room1 anybody?", "!room1 react n1: +1"], LinkRig.Words(rig.Near));
        Assert.Equal(["chat1 yes (to f2)"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_chat_without_a_name_is_called_after_who_writes_and_who_has_none_after_his_address()
    {
        await using var rig = await StartAsync(s_portals with { Name = null });

        await rig.SaysAsync("far:chat1", "hello", "f1", with: inbound => inbound with { Sender = new Sender("@carl", "Carl") });
        await rig.SaysAsync("far:+491702", "hello", "f2", with: inbound => inbound with { Sender = new Sender("+491702") });

        Assert.Equal(["Carl", "+491702"], rig.Near.Requests.Select(request => request.Name?.Value));
    }

    [Fact]
    public async Task Every_conversation_has_a_portal_of_its_own_and_keeps_it_over_a_restart()
    {
        await using var rig = await StartAsync();
        await rig.SaysAsync("far:chat1", "one", "f1");
        await rig.SaysAsync("far:chat2", "two", "f2");
        await rig.CrashAsync();

        await rig.SaysAsync("far:chat1", "again", "f3");
        await rig.SaysAsync("near:!room2", "to two", "n1");

        Assert.Equal(2, rig.Near.Requests.Count);
        Assert.Equal(["!room1 one", "!room2 two", "!room1 again"], LinkRig.Words(rig.Near));
        Assert.Equal(["chat2 to two"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_crash_between_the_making_and_our_remembering_asks_again_with_the_same_key()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => throw new IOException("the process died here");
        await rig.SaysAsync("far:chat1", "hello", "f1");
        rig.Near.Opening = _ => null;

        await rig.CrashAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Single(rig.Near.Requests.Select(request => request.Key).Distinct());
        Assert.True(rig.Near.Requests.Count >= 2);
        Assert.Equal(["!room1 hello"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task A_conversation_that_cannot_be_made_now_is_made_later_and_order_stays()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = request => rig.Near.Requests.Count < 3 ? new OpenResult.Deferred("too many rooms", TimeSpan.FromSeconds(30)) : null;
        await rig.SaysAsync("far:chat1", "one", "f1");
        await rig.SaysAsync("far:chat1", "two", "f2");
        Assert.Empty(rig.Near.Sent);

        await rig.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(["!room1 one", "!room1 two"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task What_is_urgent_and_what_is_not_wait_for_one_conversation_and_both_are_said_there()
    {
        await using var rig = await StartAsync();

        await rig.HappenAsync(LinkRig.At("far:chat1", MessagePosted.Of("hello"), "f1"), Urgent("help", "f2"));

        Assert.Single(rig.Near.Requests);
        Assert.Equal(["!room1 hello", "!room1 help"], LinkRig.Words(rig.Near).Order());
    }

    [Fact]
    public async Task A_network_that_wants_to_be_left_in_peace_is_not_asked_for_what_is_urgent_either()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = request => rig.Near.Requests.Count < 2 ? new OpenResult.Deferred("too many rooms", TimeSpan.FromMinutes(2)) : null;
        await rig.HappenAsync(LinkRig.At("far:chat1", MessagePosted.Of("hello"), "f1"), Urgent("help", "f2"));

        await rig.PassAsync(TimeSpan.FromSeconds(100));
        Assert.Single(rig.Near.Requests);
        await rig.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["!room1 hello", "!room1 help"], LinkRig.Words(rig.Near).Order());
    }

    [Fact]
    public async Task A_conversation_that_is_refused_is_told_where_the_message_came_from()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => new OpenResult.Refused("the homeserver does not allow it");

        await rig.SaysAsync("far:chat1", "hello", "f1");

        Assert.Empty(rig.Near.Sent);
        Assert.Equal(["chat1 (not delivered: its conversation cannot be made: the homeserver does not allow it) (to f1)"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_new_room_on_the_side_of_the_invited_makes_no_portal()
    {
        await using var rig = await StartAsync();

        var id = await rig.SaysAsync("near:!other", "hello", "n1");

        Assert.Empty(rig.Far.Sent);
        Assert.Equal("no portal of this link is there", rig.DecisionOf(id).Routes.Single().Because);
    }

    [Fact]
    public async Task On_request_nothing_is_made_by_a_message()
    {
        await using var rig = await StartAsync(s_portals with { Create = PortalCreation.OnRequest });

        var id = await rig.SaysAsync("far:chat1", "hello", "f1");

        Assert.Empty(rig.Near.Requests);
        Assert.Contains("on request", rig.DecisionOf(id).Routes.Single().Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_message_makes_a_conversation()
    {
        await using var rig = await StartAsync();

        await rig.HappensAsync("far:chat1", new ConversationChanged(new MessageText("New name")));
        await rig.HappensAsync("far:chat1", new ReceiptReported(new NativeId("f0"), Read: true));

        Assert.Empty(rig.Near.Requests);
    }

    [Fact]
    public async Task A_rename_at_the_far_side_renames_the_portal_and_one_at_the_near_side_does_not_travel()
    {
        await using var rig = await StartAsync();
        await rig.SaysAsync("far:chat1", "hello", "f1");

        await rig.HappensAsync("far:chat1", new ConversationChanged(new MessageText("Family")));
        await rig.HappensAsync("near:!room1", new ConversationChanged(new MessageText("My own name")));

        Assert.Equal(["!room1 hello", "!room1 ConversationChanged"], LinkRig.Words(rig.Near));
        Assert.Empty(rig.Far.Sent);
    }

    [Fact]
    public async Task All_addresses_of_one_person_are_one_conversation_and_an_answer_goes_where_he_spoke_last()
    {
        await using var rig = await StartAsync();
        await rig.SaysAsync("far:+49 170 1", "by phone", "f1", sender: "+491701");
        await rig.SaysAsync("near:!room1", "got it", "n1");

        await rig.SaysAsync("far:Ben@Example.org", "by mail", "f2", sender: "ben@example.org");
        await rig.CrashAsync();
        await rig.SaysAsync("near:!room1", "that too", "n2");

        Assert.Single(rig.Near.Requests);
        Assert.Equal(["!room1 by phone", "!room1 by mail"], LinkRig.Words(rig.Near));
        Assert.Equal(["+49 170 1 got it", "Ben@Example.org that too"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Typing_is_passed_beside_the_lanes_and_leaves_nothing_behind()
    {
        await using var rig = await StartAsync();
        await rig.HappensAsync("far:chat1", new TypingChanged(Typing: true));
        await rig.SaysAsync("far:chat1", "hello", "f1");
        var events = rig.Store.Events.Count;

        await rig.HappensAsync("far:chat1", new TypingChanged(Typing: true));
        await rig.HappensAsync("near:!room1", new TypingChanged(Typing: true));

        Assert.Equal(["!room1 hello", "!room1 TypingChanged"], LinkRig.Words(rig.Near));
        Assert.Equal(["chat1 TypingChanged"], LinkRig.Words(rig.Far));
        Assert.Equal(events, rig.Store.Events.Count);
    }

    [Fact]
    public async Task A_report_with_late_ids_is_found_under_the_conversation_that_was_made()
    {
        await using var rig = await StartAsync();
        rig.Near.Answer = _ => new SendResult.Accepted();
        await rig.SaysAsync("far:chat1", "hello", "f1");
        await rig.HappensAsync("near:!room1", new DeliveryReported(rig.Near.Sent[0].Key, DeliveryOutcome.Delivered, [new NativeId("late")]));

        await rig.SaysAsync("near:!room1", "hello", "late"); // an echo
        await rig.HappensAsync("near:!room1", new ReactionChanged(new NativeId("late"), new MessageText("+1")), "n1");

        Assert.Equal(["chat1 react f1: +1"], LinkRig.Words(rig.Far));
    }

    private static Task<LinkRig> StartAsync(Linked? link = null) => LinkRig.StartAsync(new Rules { Links = [(link ?? s_portals).Build()], People = s_people });

    private static Inbound Urgent(string text, string id) => LinkRig.At("far:chat1", MessagePosted.Of(text), id) with { Severity = Severity.Critical };

    private static Address Place(string endpoint, string rest) => new(new EndpointId(endpoint), rest);
}
