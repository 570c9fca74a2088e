using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class AgeTests
{
    private static readonly Rule s_rule = new("r", "home:t", "console:me") { Text = "x {{ payload.n }}", At = "payload.at", MaxAge = TimeSpan.FromHours(1) };

    // Virtual time is 12:00 UTC, 13:00 in Berlin.
    [Theory]
    [InlineData("1772362800", true)] // 11:00:00 UTC
    [InlineData("1772362799", false)]
    [InlineData("1772362800.5", true)]
    [InlineData("1772362800000", true)]
    [InlineData("1772362799000", false)]
    [InlineData("\"1772362799\"", false)]
    [InlineData("\"2026-03-01T11:30:00Z\"", true)]
    [InlineData("\"2026-03-01T10:30:00Z\"", false)]
    [InlineData("\"2026-03-01T12:30:00+01:00\"", true)]
    [InlineData("\"2026-03-01T12:30:00\"", true)] // zoneless: 11:30 UTC
    [InlineData("\"2026-03-01T11:30:00\"", false)]
    [InlineData("\"2026-03-01\"", false)]
    [InlineData("\"10:30\"", true)] // no date, so it says nothing
    [InlineData("\"0001-01-01T00:00:00\"", true)]
    [InlineData("\"rubbish\"", true)]
    [InlineData("1e300", true)]
    [InlineData("-5", true)]
    [InlineData("null", true)]
    [InlineData("{}", true)]
    public void At_reads_unix_time_and_iso_times_and_a_late_event_is_not_sent(string at, bool sent)
    {
        var rules = new VirtualRules(s_rule) { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        var decision = rules.Publish("home:t", $$"""{"at":{{at}}}""");
        Assert.Equal(sent ? Verdict.Sent : Verdict.TooOld, decision.Verdict());
    }

    [Fact]
    public void Without_at_the_networks_own_time_counts()
    {
        var rules = new VirtualRules(s_rule with { At = null });
        var inbound = VirtualRules.Data("home:t", "{}"u8.ToArray());
        Assert.Equal(Verdict.TooOld, rules.Arrive(inbound with { OccurredAt = rules.Now - TimeSpan.FromHours(2) }).Verdict());
        Assert.Equal(Verdict.Sent, rules.Arrive(inbound with { OccurredAt = rules.Now + TimeSpan.FromHours(2) }).Verdict());
        Assert.Equal(Verdict.Sent, rules.Arrive(inbound).Verdict());
    }

    [Fact]
    public void A_late_end_still_ends_a_state_and_is_told()
    {
        var rules = new VirtualRules(s_rule with { When = "payload.n == 1", Until = "payload.n == 2", Resolved = "over" });
        rules.Publish("home:t", """{"n":1}""");
        Assert.Equal(["over"], rules.Publish("home:t", """{"n":2,"at":1}""").Texts());
    }
}
