using Bridge.Abstractions;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>Another bridge carries back what this one carried, on networks that count no hops.</summary>
public sealed class BouncingTests
{
    private const string Sentence = "is anybody there tonight?";
    private static readonly Linked s_pair = new("pair", "near:!a", "far:!b");

    [Theory]
    [InlineData(1, "")]
    [InlineData(120, "")]
    [InlineData(1, "anna: ")]
    public async Task Words_that_go_back_and_forth_are_stopped_however_slowly_they_go(int seconds, string label)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        var words = Sentence;
        for (var round = 0; round < 20; round++)
        {
            await rig.SaysAsync("near:!a", words, $"n{round}", "@other-bridge");
            await rig.PassAsync(TimeSpan.FromSeconds(seconds));
            words = label + words;
            await rig.SaysAsync("far:!b", words, $"f{round}", "@other-bridge");
            await rig.PassAsync(TimeSpan.FromSeconds(seconds));
            words = label + words;
        }

        Assert.Equal(8, rig.Near.Sent.Count + rig.Far.Sent.Count);
        Assert.Equal(32, rig.Telemetry.Totals[("routing.verdicts", "LoopStopped")]);
    }

    [Fact]
    public async Task After_a_quiet_time_they_may_be_said_again()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        await BounceAsync(rig, Sentence, 12);
        await rig.PassAsync(TimeSpan.FromMinutes(11));

        await rig.SaysAsync("near:!a", Sentence, "again");

        Assert.Equal(5, rig.Far.Sent.Count);
    }

    [Fact]
    public async Task What_one_side_repeats_and_what_people_answer_each_other_is_no_loop()
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        for (var times = 0; times < 50; times++)
        {
            await rig.SaysAsync("near:!a", "the door of the garage is open", $"d{times}");
        }

        await BounceAsync(rig, "ok", 18);

        Assert.Equal(68, rig.Far.Sent.Count + rig.Near.Sent.Count);
    }

    [Fact]
    public async Task The_portals_of_one_link_are_told_apart()
    {
        await using var rig = await LinkRig.StartAsync(new Linked("portals", "near:*", "far:*"));
        await rig.SaysAsync("far:chat1", "first", "f1");
        await rig.SaysAsync("far:chat2", "second", "f2");
        for (var round = 0; round < 10; round++)
        {
            await rig.SaysAsync("far:chat1", Sentence, $"g{round}");
            await rig.SaysAsync("near:!room2", Sentence, $"n{round}");
        }

        Assert.Equal((12, 10), (rig.Near.Sent.Count, rig.Far.Sent.Count));
        await rig.SaysAsync("near:!room1", Sentence, "n");
        Assert.Equal(11, rig.Far.Sent.Count);
    }

    [Theory]
    [InlineData("(not delivered: the number does not exist)")]
    [InlineData("> hello\n(not delivered: the number does not exist)")]
    [InlineData("bridge: (not delivered: gone)")]
    public async Task What_reads_like_an_outcome_is_carried_and_nobody_is_told_what_became_of_it(string line)
    {
        await using var rig = await LinkRig.StartAsync(s_pair);
        rig.Far.Answer = _ => new SendResult.Refused("no");

        await rig.SaysAsync("near:!a", line, "n1", "@other-bridge");
        await rig.SaysAsync("near:!a", "what does (not delivered: that) mean?", "n2");

        Assert.Equal([$"!b {line}", "!b what does (not delivered: that) mean?"], LinkRig.Words(rig.Far));
        Assert.Equal(["!a (not delivered: no) (to n2)"], LinkRig.Words(rig.Near));
    }

    private static async Task BounceAsync(LinkRig rig, string words, int times)
    {
        for (var time = 0; time < times; time++)
        {
            await rig.SaysAsync(time % 2 == 0 ? "near:!a" : "far:!b", words, $"b{time}");
        }
    }
}
