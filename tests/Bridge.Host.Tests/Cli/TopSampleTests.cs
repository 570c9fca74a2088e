using Bridge.Host.Admin;
using Bridge.Host.Cli;
using Xunit;

namespace Bridge.Host.Tests.Cli;

public sealed class TopSampleTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rates_are_what_was_counted_between_two_looks()
    {
        var before = Report(0, [new("intake.accepted", "home", 100), new("delivery.delivered", "cloud", 50), new("store.commits", "", 10), new("store.commit_microseconds", "", 5_000)]);
        var now = Report(2, [
            new("intake.accepted", "home", 140), new("intake.unrouted", "home", 60), new("delivery.delivered", "cloud", 80), new("delivery.sent", "cloud", 1),
            new("store.commits", "", 30), new("store.commit_microseconds", "", 45_000)]);
        var sample = TopSample.Of(now, before);
        Assert.Equal((50, 15.5, 10, 2), (sample.InPerSecond, sample.OutPerSecond, sample.CommitsPerSecond, sample.CommitMilliseconds));
        Assert.Equal((50, 0), (sample.Endpoints[0].InPerSecond, sample.Endpoints[0].OutPerSecond));
        Assert.Equal((0, 15.5), (sample.Endpoints[1].InPerSecond, sample.Endpoints[1].OutPerSecond));
    }

    [Fact]
    public void The_first_look_and_one_at_another_process_know_no_rates()
    {
        Assert.Null(TopSample.Of(Report(0, []), null).InPerSecond);
        var restarted = Report(1, []) with { Status = Report(1, []).Status with { Process = 2 } };
        Assert.Null(TopSample.Of(restarted, Report(0, [])).InPerSecond);
        Assert.Null(TopSample.Of(Report(1, []), Report(0, [])).CommitMilliseconds);
    }

    [Fact]
    public void The_lanes_that_owe_most_come_first_and_the_others_are_counted()
    {
        var lanes = Enumerable.Range(1, 30).Select(owed => new LaneReport($"cloud:{owed}", false, owed, false)).ToList();
        var sample = TopSample.Of(Report(0, []) with { Endpoints = [new LanesReport("cloud", 3, 40, lanes, 5)] }, null);
        Assert.Equal(("cloud:30", 20, 40), (sample.Lanes[0].To, sample.Lanes.Count, sample.LaneCount));
        Assert.Equal((3, 5), (sample.Endpoints[1].InFlight, sample.Endpoints[1].Window));
    }

    private static TopReport Report(int seconds, IReadOnlyList<CounterReport> counters) => new(
        s_noon.AddSeconds(seconds),
        new StatusReport(
            "0.1.0", 1, s_noon, "/data", ["bridge.yaml"], 1,
            [new EndpointReport("home", "bus", "connected", s_noon, []), new EndpointReport("cloud", "bus", "backing-off", s_noon, [], "nobody answers")],
            new Dictionary<string, long>(), counters),
        [],
        1234);
}
