using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

public sealed class ReportTests
{
    [Theory]
    [InlineData(1, "", DeliveryOutcome.Delivered, null)]
    [InlineData(2, "id:7 sub:001 dlvrd:000 stat:UNDELIV err:027 text:canary words", DeliveryOutcome.Failed, "the network could not deliver it (undeliv, 027)")]
    [InlineData(16, "NACK/0x0000000b/Invalid Destination Address", DeliveryOutcome.Failed, "the SMS centre refused it (0x0000000b)")]
    [InlineData(2, "", DeliveryOutcome.Failed, "the network could not deliver it")]
    public async Task What_became_of_a_message_is_reported_without_its_words(int type, string answer, DeliveryOutcome outcome, string? why)
    {
        await using var sms = await RunningSms.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        Assert.Equal(200, (await sms.Report(sms.Kannel.All[0], 8, "ACK/")).Status);
        Assert.Equal(200, (await sms.Report(sms.Kannel.All[0], 4)).Status);
        Assert.Empty(sms.Heard);
        Assert.Equal(200, (await sms.Report(sms.Kannel.All[0], type, answer)).Status);
        Assert.Equal(new DeliveryReported(outbound.Key, outcome, Why: why), Assert.Single(sms.Heard).Event);
    }

    [Fact]
    public async Task A_long_message_is_delivered_when_all_its_parts_are_whatever_their_order()
    {
        await using var sms = await RunningSms.StartAsync();
        await sms.Send(sms.Of(new string('я', 150)));
        await sms.Report(sms.Kannel.All[2], 1);
        await sms.RestartAsync();
        await sms.Report(sms.Kannel.All[0], 1);
        await sms.Report(sms.Kannel.All[0], 1);
        Assert.Empty(sms.Heard);
        await sms.Report(sms.Kannel.All[1], 1);
        Assert.Equal(DeliveryOutcome.Delivered, Assert.IsType<DeliveryReported>(Assert.Single(sms.Heard).Event).Outcome);
        Assert.Empty(sms.Memory.State);
    }

    [Fact]
    public async Task A_long_message_has_failed_as_soon_as_one_of_its_parts_has()
    {
        await using var sms = await RunningSms.StartAsync();
        await sms.Send(sms.Of(new string('я', 150)));
        await sms.Report(sms.Kannel.All[0], 1);
        await sms.Report(sms.Kannel.All[1], 2);
        Assert.Equal(DeliveryOutcome.Failed, Assert.IsType<DeliveryReported>(Assert.Single(sms.Heard).Event).Outcome);
    }

    [Fact]
    public async Task The_URL_holds_neither_secret_nor_number_and_only_what_we_signed_is_believed()
    {
        await using var sms = await RunningSms.StartAsync();
        await sms.Send(sms.Of(new string('я', 100)));
        var part = sms.Kannel.All[0];
        Assert.DoesNotContain(RunningSms.Secret, part.ReportUrl, StringComparison.Ordinal);
        Assert.DoesNotContain("4915112345678", part.ReportUrl, StringComparison.Ordinal);
        foreach (var (from, to) in ((string, string)[])[("part=1", "part=2"), ("of=2", "of=1"), ("key=key", "key=yek"), ("sign=", "sign=0"), ("sign=", "sing="), ("part=1", "part=0")])
        {
            var forged = part with { ReportUrl = part.ReportUrl!.Replace(from, to, StringComparison.Ordinal) };
            Assert.NotEqual(forged, part);
            Assert.Equal(403, (await sms.Report(forged, 1)).Status);
        }

        Assert.Empty(sms.Memory.State);
    }

    [Fact]
    public async Task Whatever_is_called_as_a_report_only_what_we_signed_is_believed()
    {
        var random = new Random(511);
        await using var sms = await RunningSms.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        var query = sms.Kannel.All[0].ReportUrl!.Split('?')[1].Replace("%d", "1", StringComparison.Ordinal);
        for (var i = 0; i < 3_000; i++)
        {
            var at = random.Next(query.IndexOf("&type", StringComparison.Ordinal));
            Assert.Contains((await sms.Call("/report", query[..at] + (char)random.Next(33, 127) + query[(at + random.Next(2))..])).Status, (int[])[200, 403]);
        }

        Assert.InRange(sms.Heard.Count, 1, 300); // an & more, or a 0 before a number, changes nothing
        Assert.All(sms.Heard, heard => Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), heard.Event));
    }

    [Fact]
    public async Task Half_a_report_is_forgotten_after_two_weeks()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSms.StartAsync(clock: clock);
        await sms.Send(sms.Of(new string('я', 100)));
        await sms.Report(sms.Kannel.All[0], 1);
        Assert.Single(sms.Memory.State);
        clock.Advance(TimeSpan.FromDays(13));
        await sms.RestartAsync();
        Assert.Single(sms.Memory.State);
        clock.Advance(TimeSpan.FromDays(2));
        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Memory.State.IsEmpty);
    }
}
