using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Routes and links that a person keeps quiet for a while.</summary>
public sealed class SilenceTests
{
    private static readonly Linked s_pair = new("pair", "near:a", "far:b");

    [Fact]
    public async Task A_silenced_link_carries_nothing_says_why_and_speaks_again_when_the_time_is_over()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SteerAsync(Silence("pair", TimeSpan.FromHours(1)));
        var id = await rig.SaysAsync("near:a", "hush", "n1");
        await rig.CrashAsync();
        await rig.SaysAsync("far:b", "still", "f1");
        await rig.PassAsync(TimeSpan.FromHours(1));
        await rig.SaysAsync("near:a", "loud", "n2");

        Assert.Equal(["b loud"], LinkRig.Words(rig.Far));
        Assert.Empty(rig.Near.Sent);
        var said = rig.DecisionOf(id).Routes.Single();
        Assert.Equal(Verdict.Silenced, said.Verdict);
        Assert.Matches("^kept quiet by anna until .*[0-9]{2}:[0-9]{2}:[0-9]{2}$", said.Because);
        Assert.Equal(2, rig.Telemetry.Totals.Single(total => total.Key == ("routing.silenced", "pair")).Value);
        Assert.DoesNotContain((await rig.Loop.MemoryAsync()).Entries, entry => entry.Value is Silenced);
    }

    [Fact]
    public async Task It_ends_early_when_somebody_wants_that()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await rig.SteerAsync(Silence("pair", TimeSpan.FromDays(2)));
        Assert.Null((await rig.SteerAsync(new Steer.EndSilence("pair") { By = "ben" })).Refusal);
        await rig.SaysAsync("near:a", "loud", "n1");
        Assert.Equal(["b loud"], LinkRig.Words(rig.Far));
        Assert.True((await rig.SteerAsync(new Steer.EndSilence("pair") { By = "ben" })).Refusal!.IsUnknown);
    }

    [Fact]
    public async Task A_silenced_portal_link_makes_no_conversation()
    {
        await using var rig = await LinkRig.StartAsync(new Linked("portals", "near:*", "far:*"));
        await rig.SteerAsync(Silence("portals", TimeSpan.FromHours(1)));
        await rig.SaysAsync("far:chat1", "hush", "f1");
        Assert.Empty(rig.Near.Requests);
    }

    [Fact]
    public async Task A_silenced_alert_opens_nothing_meanwhile_and_what_is_open_still_ends()
    {
        var leak = new Rule("leak", "near:leak", "far:b") { When = "payload == 1", Until = "payload == 0", Text = "leak", Resolved = "dry", Style = AddressStyle.Plain };
        await using var rig = await LinkRig.StartAsync(new Rules { Routes = [leak.Build()] });
        await MeasuresAsync(rig, "1");
        await rig.SteerAsync(Silence("leak", TimeSpan.FromHours(1)));
        await MeasuresAsync(rig, "0");
        await MeasuresAsync(rig, "1");
        Assert.Equal(["b leak", "b dry"], LinkRig.Words(rig.Far));

        await rig.PassAsync(TimeSpan.FromHours(1));
        await MeasuresAsync(rig, "1");
        Assert.Equal(["b leak", "b dry", "b leak"], LinkRig.Words(rig.Far));
    }

    [Fact]
    public async Task A_wait_that_ends_in_a_silence_says_nothing_and_begins_anew_afterwards()
    {
        var door = new Rule("door", "near:door", "far:b") { When = "payload == 1", For = TimeSpan.FromMinutes(10), Text = "open", Style = AddressStyle.Plain };
        await using var rig = await LinkRig.StartAsync(new Rules { Routes = [door.Build()] });
        await MeasuresAsync(rig, "1", "door");
        await rig.SteerAsync(Silence("door", TimeSpan.FromMinutes(20)));
        await rig.PassAsync(TimeSpan.FromMinutes(21));
        Assert.Empty(rig.Far.Sent);

        await MeasuresAsync(rig, "1", "door");
        await rig.PassAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(["b open"], LinkRig.Words(rig.Far));
    }

    [Theory]
    [InlineData("pairs", 1, "there is no route or link of that name", "did you mean 'pair'?")]
    [InlineData("pair", 0, "a silence lasts longer than nothing and at most a year", "name a duration such as 2h or 3d")]
    [InlineData("pair", 400, "a silence lasts longer than nothing and at most a year", "name a duration such as 2h or 3d")]
    public async Task What_cannot_be_silenced_is_said_with_its_cure(string id, int days, string why, string cure)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var refusal = (await rig.SteerAsync(Silence(id, TimeSpan.FromDays(days)))).Refusal!;
        Assert.Equal((why, cure), (refusal.Why, refusal.Cure));
    }

    private static Steer.Silence Silence(string id, TimeSpan time) => new(id, time) { By = "anna" };

    private static Task<EventId> MeasuresAsync(LinkRig rig, string payload, string at = "leak") =>
        rig.HappensAsync($"near:{at}", new DataReported(new Payload(System.Text.Encoding.UTF8.GetBytes(payload))));
}
