using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Tests.Delivery;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Portals that a person asks for.</summary>
public sealed class StartPortalTests
{
    private static readonly Linked s_portals = new("portals", "near:*", "far:*") { Create = PortalCreation.OnRequest, Invite = ["anna"], Name = "{{ chat.title }} (far)" };
    private static readonly People s_people = new([
        new PersonConfig("anna", [LinkRig.Place("near:@anna")]),
        new PersonConfig("ben", [LinkRig.Place("far:+491701"), LinkRig.Place("far:ben@example.org")]),
    ]);

    [Fact]
    public async Task A_conversation_that_is_asked_for_is_there_before_anything_is_said_and_carries_both_ways()
    {
        await using var rig = await StartAsync();

        var answer = await rig.SteerAsync(Start("far:chat1"));
        await rig.SaysAsync("near:!room1", "are you there?", "n1");
        await rig.SaysAsync("far:chat1", "yes", "f1");

        var request = Assert.Single(rig.Near.Requests);
        Assert.Equal((answer.Id, "chat1 (far)", "far:chat1", "@anna"), (request.Key, request.Name?.Value, request.For?.Full, Assert.Single(request.Invite).Value));
        Assert.Equal(["chat1 are you there?"], LinkRig.Words(rig.Far));
        Assert.Equal(["!room1 yes"], LinkRig.Words(rig.Near));
        Assert.Equal((true, "started by anna"), (answer.IsNew, rig.DecisionOf(answer.Event!.Value).Routes.Single().Because));
        Assert.Equal(DeliveryState.Delivered, (await rig.Store.DeliveriesOfAsync(answer.Event.Value, TestContext.Current.CancellationToken)).Single().State);
    }

    [Fact]
    public async Task Asked_again_also_by_another_address_of_the_same_person_it_is_the_same_one()
    {
        await using var rig = await StartAsync();

        var first = await rig.SteerAsync(Start("far:+49 170 1"));
        var second = await rig.SteerAsync(Start("far:Ben@example.org"));
        await rig.CrashAsync();
        var third = await rig.SteerAsync(Start("far:+491701"));

        Assert.Equal([(first.Id, true), (first.Id, false), (first.Id, false)], new[] { first, second, third }.Select(answer => (answer.Id, answer.IsNew)));
        Assert.True(Assert.Single(rig.Near.Requests).IsDirect);
        Assert.Equal("ben (far)", rig.Near.Requests[0].Name?.Value);
    }

    [Fact]
    public async Task A_crash_while_it_is_made_makes_no_second_one()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => throw new IOException("the process died here");
        await rig.SteerAsync(Start("far:chat1"));
        rig.Near.Opening = _ => null;

        await rig.CrashAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        await rig.SaysAsync("far:chat1", "hello", "f1");

        Assert.True(rig.Near.Requests.Count >= 2);
        Assert.Single(rig.Near.Requests.Select(request => request.Key).Distinct());
        Assert.Equal(["!room1 hello"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task One_that_was_refused_can_be_asked_for_again()
    {
        await using var rig = await StartAsync();
        rig.Near.Opening = _ => new OpenResult.Refused("not today", "try tomorrow");
        var refused = await rig.SteerAsync(Start("far:chat1"));
        Assert.Equal(DeliveryState.Failed, (await rig.Store.DeliveriesOfAsync(refused.Event!.Value, TestContext.Current.CancellationToken)).Single().State);
        rig.Near.Opening = _ => null;

        await rig.SteerAsync(Start("far:chat1"));
        await rig.SaysAsync("near:!room1", "hello", "n1");

        Assert.Equal(["chat1 hello"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_conversation_that_is_there_already_becomes_the_portal_and_none_is_made()
    {
        await using var rig = await StartAsync();

        Assert.Null((await rig.SteerAsync(Start("far:chat1") with { Near = LinkRig.Place("near:!mine") })).Refusal);
        await rig.CrashAsync();
        await rig.SaysAsync("far:chat1", "hello", "f1");
        await rig.SaysAsync("near:!mine", "hi", "n1");

        Assert.Empty(rig.Near.Requests);
        Assert.Equal(["!mine hello"], LinkRig.Words(rig.Near));
        Assert.Equal(["chat1 hi"], LinkRig.Words(rig.Far));
        Assert.Equal("the portal for far:chat1 is near:!mine", (await rig.SteerAsync(Start("far:chat1") with { Near = LinkRig.Place("near:!other") })).Refusal?.Why);
        Assert.Equal("near:!mine is a portal of link portals already", (await rig.SteerAsync(Start("far:chat2") with { Near = LinkRig.Place("near:!mine") })).Refusal?.Why);
    }

    [Fact]
    public async Task Who_asks_from_the_network_of_the_portal_is_invited_too()
    {
        await using var rig = await StartAsync();
        await rig.SteerAsync(Start("far:chat1") with { Asker = LinkRig.Place("near:@ben") });
        await rig.SteerAsync(Start("far:chat2") with { Asker = LinkRig.Place("third:@carl") });

        Assert.Equal(["@anna,@ben", "@anna"], rig.Near.Requests.Select(request => string.Join(',', request.Invite.Select(who => who.Value))));
    }

    [Fact]
    public async Task What_was_said_before_is_brought_over_though_nobody_says_anything_now()
    {
        await using var rig = await StartAsync(s_portals with { Backfill = 5 });
        rig.Far.History = _ => [LinkRig.At("far:chat1", MessagePosted.Of("long ago"), "f0")];

        await rig.SteerAsync(Start("far:chat1"));
        await DeliveryRig.UntilAsync(() => rig.Near.Sent.Count == 1);

        Assert.Equal(["!room1 long ago"], LinkRig.Words(rig.Near));
    }

    [Theory]
    [InlineData("third:chat1", null, "no link makes a portal for third:chat1", "there are portals for far:*")]
    [InlineData("far:chat1", "portal", "there is no link of that name", "did you mean 'portals'?")]
    [InlineData("far:chat1", "pair", "link pair makes no portals: its addresses are fixed", "name a link with '*'")]
    [InlineData("far:~abc", null, "no link makes a portal for far:~abc", "there are portals for far:*")]
    public async Task What_cannot_be_started_is_said_with_its_cure(string far, string? link, string why, string cure)
    {
        await using var rig = await LinkRig.StartAsync(s_portals with { Invite = [] }, new Linked("pair", "near:a", "third:b"));
        var answer = await rig.SteerAsync(Start(far) with { Through = link });
        Assert.Equal((why, cure), (answer.Refusal?.Why, answer.Refusal?.Cure));
        Assert.Empty(rig.Near.Requests);
    }

    private static Steer.StartPortal Start(string far) => new(LinkRig.Place(far)) { By = "anna" };

    private static Task<LinkRig> StartAsync(Linked? link = null) => LinkRig.StartAsync(new Rules { Links = [(link ?? s_portals).Build()], People = s_people });
}
