using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Conversations that somebody begins with the stand-in of a person of another network.</summary>
public sealed class BegunChatTests
{
    private static readonly Linked s_portals = new("portals", "near:*", "far:*") { Create = PortalCreation.OnRequest, Invite = ["anna"] };
    private static readonly People s_people = new([
        new PersonConfig("anna", [LinkRig.Place("near:@anna")]),
        new PersonConfig("ben", [LinkRig.Place("near:@ben")]),
        new PersonConfig("carl", [LinkRig.Place("near:@carl")]),
    ]);

    [Fact]
    public async Task It_becomes_the_portal_and_carries_both_ways_also_after_a_crash()
    {
        await using var rig = await StartAsync();

        await BeginAsync(rig, "near:!chat", "n1");
        await rig.CrashAsync();
        await rig.SaysAsync("near:!chat", "are you there?", "n2");
        await rig.SaysAsync("far:+49", "yes", "f1");

        Assert.Equal(new ConversationOffer(LinkRig.Place("near:!chat"), LinkRig.Place("far:+49")), Assert.Single(rig.Near.Requests).Offer);
        Assert.Equal(["+49 are you there?"], LinkRig.Words(rig.Far));
        Assert.Equal(["!chat yes"], LinkRig.Words(rig.Near));
    }

    [Theory]
    [InlineData("@anna", true)] // invited by the link
    [InlineData("@ben", true)] // may start chats
    [InlineData("@carl", false)] // may only look
    [InlineData("@stranger", false)]
    public async Task Only_who_may_start_a_chat_begins_one_and_others_are_told_nothing(string sender, bool may)
    {
        await using var rig = await StartAsync();

        var id = await BeginAsync(rig, "near:!chat", "n1", sender);
        await rig.SaysAsync("far:+49", "hello", "f1");

        Assert.Equal(may ? ["!chat hello"] : ["!chat answer far:+49: nothing"], LinkRig.Words(rig.Near));
        Assert.Equal(may, rig.Near.Requests.Count == 1);
        Assert.Equal(may, !rig.DecisionOf(id).Routes.Single().Because.Contains("may not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_one_is_told_where_the_first_is_and_the_first_once_more_that_it_is_the_one()
    {
        await using var rig = await StartAsync();
        await BeginAsync(rig, "near:!first", "n1");

        await BeginAsync(rig, "near:!second", "n2");
        await BeginAsync(rig, "near:!first", "n3");

        Assert.Equal(["!second answer far:+49: near:!first", "!first answer far:+49: near:!first"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task Told_of_twice_by_the_network_it_begins_once()
    {
        await using var rig = await StartAsync();
        await BeginAsync(rig, "near:!chat", "n1");
        await BeginAsync(rig, "near:!chat", "n1");
        Assert.Single(rig.Near.Requests);
        Assert.Empty(rig.Near.Sent);
    }

    [Fact]
    public async Task A_crash_before_it_is_known_that_the_stand_in_came_in_asks_again_for_the_same()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => throw new IOException("the process died here");
        await BeginAsync(rig, "near:!chat", "n1");
        rig.Near.Opening = Come;

        await rig.CrashAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        await rig.SaysAsync("far:+49", "hello", "f1");

        Assert.All(rig.Near.Requests, request => Assert.Equal("!chat", request.Offer?.At.Rest));
        Assert.Equal(["!chat hello"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task What_is_said_there_before_the_stand_in_came_is_carried()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => new OpenResult.Deferred("not yet");
        await BeginAsync(rig, "near:!chat", "n1");
        await rig.SaysAsync("near:!chat", "hello", "n2");
        Assert.Equal(["+49 hello"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task Where_the_stand_in_cannot_come_in_any_more_a_conversation_is_made_and_named_there()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => null; // makes one

        await BeginAsync(rig, "near:!chat", "n1");
        await rig.SaysAsync("far:+49", "hello", "f1");

        Assert.Equal(["!chat answer far:+49: near:!room1", "!room1 hello"], LinkRig.Words(rig.Near));
        Assert.Contains("@anna", rig.Near.Requests[0].Invite.Select(who => who.Value));
    }

    [Fact]
    public async Task A_name_that_can_be_read_in_two_ways_means_the_network_that_is_linked()
    {
        await using var rig = await StartAsync();
        await rig.HappensAsync("near:!chat", new ConversationRequested([LinkRig.Place("no:such_49"), LinkRig.Place("far:+49")]), "n1");
        await rig.SaysAsync("far:+49", "hello", "f1");
        Assert.Equal(["!chat hello"], LinkRig.Words(rig.Near));
    }

    [Theory]
    [InlineData("near:!chat", "third:+49", "!chat answer third:+49: no link makes a conversation of the two networks")]
    [InlineData("near:!linked", "far:+51", "!linked answer far:+51: near:!linked is in link pair already")]
    [InlineData("near:!portal", "far:+50", "!portal answer far:+50: near:!portal is a portal of link portals already")]
    public async Task Who_may_ask_is_told_why_it_cannot_be(string at, string with, string told)
    {
        await using var rig = await StartAsync(new Linked("pair", "near:!linked", "third:!linked"));
        await BeginAsync(rig, "near:!portal", "n1");

        await rig.HappensAsync(at, new ConversationRequested([LinkRig.Place(with)]), "n2", "@ben");

        Assert.Equal([told], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task An_answer_is_a_delivery_like_any_other()
    {
        await using var rig = await StartAsync();
        rig.Disconnect(rig.Near);
        var id = await BeginAsync(rig, "near:!chat", "n1", "@stranger");
        rig.Connect(rig.Near);
        await rig.SettleAsync();
        Assert.Equal(DeliveryState.Delivered, (await rig.Store.DeliveriesOfAsync(id, TestContext.Current.CancellationToken)).Single().State);
    }

    private static Task<EventId> BeginAsync(LinkRig rig, string at, string id, string sender = "@anna") =>
        rig.HappensAsync(at, new ConversationRequested([LinkRig.Place("far:+49")]), id, sender);

    private static OpenResult.Opened? Come(ConversationRequest request) => request.Offer is { } offer ? new OpenResult.Opened(offer.At) : null;

    private static async Task<LinkRig> StartAsync(params Linked[] others)
    {
        var rig = await LinkRig.StartAsync(new Rules
        {
            Links = [.. others.Prepend(s_portals).Select(link => link.Build())],
            People = s_people,
            Access = new AccessConfig { Roles = new Dictionary<string, AccessRight> { ["ben"] = AccessRight.Operate, ["carl"] = AccessRight.Read } },
        });
        rig.Near.Opening = Come;
        return rig;
    }
}
