using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Links that are made and ended while Bridge runs.</summary>
public sealed class MadeLinkTests
{
    private static readonly Linked s_pair = new("pair", "near:a", "far:b");

    [Fact]
    public async Task A_link_made_at_run_time_carries_both_ways_at_once_and_after_a_restart_and_a_reload()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);

        var made = await rig.SteerAsync(Link("near:c", "far:d"));
        await rig.SaysAsync("near:c", "one", "n1");
        await rig.CrashAsync();
        await rig.SaysAsync("far:d", "two", "f1");
        await rig.Loop.ReloadAsync(new Rules(), TimeZoneInfo.Utc, 2);
        await rig.SaysAsync("near:c", "three", "n2");
        await rig.SaysAsync("near:a", "of the link that the file has no more", "n3");

        Assert.StartsWith("made.", made.Id, StringComparison.Ordinal);
        Assert.Equal(["d one", "d three"], LinkRig.Words(rig.Far));
        Assert.Equal(["c two"], LinkRig.Words(rig.Near));
        var link = Assert.Single((await rig.Loop.MemoryAsync()).Links());
        Assert.Equal((made.Id, "anna", "made at run time by anna"), (link.Id, link.Made?.By, link.Position.ToString()));
    }

    [Fact]
    public async Task Endpoints_are_asked_to_listen_where_it_is()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var made = await rig.SteerAsync(Link("near:c", "far:d"));
        Assert.Equal([new RulePattern("near", "c", false), new RulePattern("far", "d", false)], await rig.Loop.OpenPatternsAsync());
        await rig.SteerAsync(new Steer.Unlink(made.Id) { By = "anna" });
        Assert.Empty(await rig.Loop.OpenPatternsAsync());
    }

    [Fact]
    public async Task The_same_addresses_again_are_the_same_link_whoever_wrote_it()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var first = await rig.SteerAsync(Link("near:c", "far:d"));
        var again = await rig.SteerAsync(Link("far:d", "near:c"));
        Assert.Equal((first.Id, false), (again.Id, again.IsNew));
        Assert.Equal(("pair", false), ((await rig.SteerAsync(Link("near:a", "far:b"))) is var same ? (same.Id, same.IsNew) : default));
        Assert.Single((await rig.Loop.MemoryAsync()).Links());
    }

    [Fact]
    public async Task Unlinked_it_carries_nothing_more_also_after_a_restart()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var made = await rig.SteerAsync(Link("near:c", "far:d"));
        Assert.Null((await rig.SteerAsync(new Steer.Unlink(made.Id) { By = "anna" })).Refusal);
        await rig.SaysAsync("near:c", "one", "n1");
        await rig.CrashAsync();
        await rig.SaysAsync("near:c", "two", "n2");
        Assert.Empty(rig.Far.Sent);
    }

    [Fact]
    public async Task A_label_is_put_before_the_text_of_whom_the_far_side_cannot_show_and_may_change()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Capabilities = rig.Far.Capabilities with { Sends = EventFeature.Text };
        var made = await rig.SteerAsync(Link("near:c", "far:d") with { Label = new MessageText("{{ sender.name }}: ") });
        await rig.SaysAsync("near:c", "one", "n1");
        await rig.SteerAsync(new Steer.SetLabel(made.Id, new MessageText("[{{ sender.name }}] ")) { By = "anna" });
        await rig.CrashAsync();
        await rig.SaysAsync("near:c", "two", "n2");
        Assert.Equal(["d anna: one", "d [anna] two"], LinkRig.Words(rig.Far));
        Assert.StartsWith("the label cannot be read", (await rig.SteerAsync(new Steer.SetLabel(made.Id, new MessageText("{{ sender.")) { By = "anna" })).Refusal?.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("near:a", "third:x", "near:a is in link pair already", "add the other addresses to pair in the configuration")]
    [InlineData("near:x", "far2:y", "link portals makes a portal for far2:y", "start a portal there, and name the other conversation as the place where it is")]
    [InlineData("near:x", "near:x", "a link is between two addresses or more", "name another address")]
    [InlineData("near:x", "third:bridge", "third:bridge is a management conversation: nothing said there is carried", "link another conversation")]
    public async Task What_collides_is_refused_with_its_cure(string one, string other, string why, string cure)
    {
        await using var rig = await LinkRig.StartAsync(new Rules
        {
            Links = [s_pair.Build(), new Linked("portals", "near2:*", "far2:*").Build()],
            Access = new AccessConfig { Management = [LinkRig.Place("third:bridge")] },
        });
        var refusal = (await rig.SteerAsync(Link(one, other))).Refusal!;
        Assert.Equal((why, cure), (refusal.Why, refusal.Cure));
        Assert.Empty((await rig.Loop.MemoryAsync()).Links());
    }

    [Fact]
    public async Task A_link_of_the_file_is_changed_in_the_file_and_the_answer_says_so()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var refusal = (await rig.SteerAsync(new Steer.Unlink("pair") { By = "anna" })).Refusal!;
        Assert.Equal("link pair stands in the configuration, and is changed there", refusal.Why);
        Assert.Equal("remove it from 'links' in the configuration, which takes effect at once", refusal.Cure);
        Assert.False((await rig.SteerAsync(new Steer.SetLabel("pair", new MessageText("x")) { By = "anna" })).Refusal!.IsUnknown);
        Assert.True((await rig.SteerAsync(new Steer.Unlink("pairs") { By = "anna" })).Refusal!.IsUnknown);
    }

    [Fact]
    public async Task A_link_that_could_not_be_stored_is_none()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Store.Failure = new StoreException("the disk is full");
        await Assert.ThrowsAsync<StoreException>(() => rig.Loop.SteerAsync(Link("near:c", "far:d")));
        rig.Store.Failure = null;
        await rig.SaysAsync("near:c", "one", "n1");
        Assert.Empty(rig.Far.Sent);
        Assert.Null((await rig.SteerAsync(Link("near:c", "far:d"))).Refusal);
    }

    [Fact]
    public async Task A_reload_that_brings_a_link_with_its_address_says_so_and_delivers_once()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SteerAsync(Link("near:c", "far:d"));
        await rig.Loop.ReloadAsync(new Rules { Links = [new Linked("new", "near:c", "far:d").Build()] }, TimeZoneInfo.Utc, 2);
        await rig.SaysAsync("near:c", "one", "n1");
        Assert.Equal(["d one"], LinkRig.Words(rig.Far));
        Assert.Equal(1, rig.Telemetry.Totals.Single(total => total.Key.Name == "links.shared").Value);
    }

    private static Steer.Link Link(params string[] between) => new(EquatableArray.From(between.Select(LinkRig.Place))) { By = "anna" };
}
