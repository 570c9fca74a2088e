using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Tests.Delivery;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

public sealed class BackfillTests
{
    private static readonly Linked s_portals = new("portals", "near:*", "far:*") { Backfill = 2 };

    [Fact]
    public async Task What_was_said_before_comes_first_oldest_first_and_nothing_twice()
    {
        await using var rig = await LinkRig.StartAsync(s_portals);
        rig.Far.History = _ => [Said("one", "f1"), Said("hello", "f3")];

        var id = await rig.SaysAsync("far:chat1", "hello", "f3");
        await UntilSaidAsync(rig, 2);
        await rig.SaysAsync("far:chat1", "again", "f4");
        await rig.SaysAsync("near:!room1", "to the old one", "n1", with: inbound => inbound with { ReplyTo = new NativeId("near-1") });

        Assert.Equal(["!room1 one", "!room1 hello", "!room1 again"], LinkRig.Words(rig.Near));
        Assert.Equal(["chat1 to the old one (to f1)"], LinkRig.Words(rig.Far));
        Assert.Equal(Verdict.HeldForHistory, rig.DecisionOf(id).Routes.Single().Verdict);
    }

    [Fact]
    public async Task A_network_that_does_not_answer_holds_up_the_first_words_for_a_minute_at_most()
    {
        await using var rig = await LinkRig.StartAsync(s_portals);
        rig.Far.History = _ => throw new IOException("not now");
        await rig.SaysAsync("far:chat1", "one", "f1");
        await rig.SaysAsync("far:chat1", "two", "f2");
        Assert.Empty(rig.Near.Sent);

        await rig.PassAsync(TimeSpan.FromSeconds(61));

        Assert.Equal(["!room1 one", "!room1 two"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task What_waits_behind_history_survives_a_crash_and_the_history_is_asked_for_again()
    {
        await using var rig = await LinkRig.StartAsync(s_portals);
        rig.Far.History = _ => throw new IOException("the process died here");
        await rig.SaysAsync("far:chat1", "hello", "f3");
        rig.Far.History = _ => [Said("one", "f1"), Said("two", "f2")];

        await rig.CrashAsync();
        await UntilSaidAsync(rig, 3);

        Assert.Equal(["!room1 one", "!room1 two", "!room1 hello"], LinkRig.Words(rig.Near));
    }

    [Fact]
    public async Task History_fires_no_route_and_nobody_is_told_what_became_of_it()
    {
        var route = new Rule("route", "far:chat1", "third:!c") { Style = AddressStyle.Plain, Text = "{{ message.text }}" };
        await using var rig = await LinkRig.StartAsync(new Core.Configuration.Rules { Links = [s_portals.Build()], Routes = [route.Build()] });
        rig.Far.History = _ => [Said("one", "f1")];
        rig.Near.Answer = _ => new SendResult.Refused("no");

        await rig.SaysAsync("far:chat1", "hello", "f2");
        await UntilSaidAsync(rig, 2);

        Assert.Equal(["!c hello"], LinkRig.Words(rig.Third));
        Assert.Single(rig.Far.Sent);
    }

    private static Inbound Said(string text, string id) => LinkRig.At("far:chat1", MessagePosted.Of(text), id) with { Historic = true };

    private static async Task UntilSaidAsync(LinkRig rig, int many)
    {
        await DeliveryRig.UntilAsync(() =>
        {
            rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
            return rig.Near.Sent.Count >= many;
        });
        await rig.SettleAsync();
    }
}
