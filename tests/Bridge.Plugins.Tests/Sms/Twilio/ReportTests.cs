using Bridge.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

public sealed class ReportTests
{
    public static TheoryData<string, string?, DeliveryOutcome, string?> Ends { get; } = new()
    {
        { "delivered", null, DeliveryOutcome.Delivered, null },
        { "read", null, DeliveryOutcome.Read, null },
        { "undelivered", "30003", DeliveryOutcome.Failed, "the phone cannot be reached (30003)" },
        { "failed", "30007", DeliveryOutcome.Failed, "the network took it for spam and dropped it (30007)" },
        { "undelivered", "12345", DeliveryOutcome.Failed, "Twilio could not deliver it (12345)" },
        { "failed", "+4915112345678", DeliveryOutcome.Failed, "Twilio could not deliver it" },
        { "failed", null, DeliveryOutcome.Failed, "Twilio could not deliver it" },
        { "canceled", null, DeliveryOutcome.Failed, "it was cancelled at Twilio before it was sent" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_decides_is_reported_and_what_lies_before_is_not(string status, string? error, DeliveryOutcome outcome, string? why)
    {
        await using var sms = await RunningTwilio.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        foreach (var before in (string[])["sent", "queued", "accepted", "sending", "scheduled", "something new", ""]) // in no order
        {
            Assert.Equal(200, (await sms.Report(sms.Twilio.All[0], before)).Status);
        }

        Assert.Empty(sms.Reported);
        await sms.RestartAsync(); // nothing of it is kept in memory
        Assert.Equal(200, (await sms.Report(sms.Twilio.All[0], status, error)).Status);
        Assert.Equal(new DeliveryReported(outbound.Key, outcome, Why: why), Assert.Single(sms.Reported));
        Assert.Equal(200, (await sms.Report(sms.Twilio.All[0], "sent")).Status); // too late
        Assert.Equal(200, (await sms.Report(sms.Twilio.All[0], status, error)).Status); // again
        Assert.Single(sms.Reported.Distinct());
    }

    [Fact]
    public async Task A_report_may_come_before_the_answer_and_after_one_that_was_lost()
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Twilio.BeforeAnswer = async taken => await sms.Report(taken, "delivered");
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
        (sms.Twilio.BeforeAnswer, sms.Twilio.LosesAnswers) = (null, true);
        var lost = sms.Of("y");
        Assert.IsType<SendResult.Uncertain>(await sms.Send(lost));
        await sms.Report(sms.Twilio.All[1], "delivered"); // so Core knows, after all
        Assert.Equal(new DeliveryReported(lost.Key, DeliveryOutcome.Delivered), sms.Reported[1]);
    }

    [Fact]
    public async Task Where_networks_do_not_report_sent_is_the_end_and_failures_are_told_all_the_same()
    {
        await using var sms = await RunningTwilio.StartAsync(driver => driver with { Reports = false });
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.Report(sms.Twilio.All[0], "sending");
        Assert.Empty(sms.Reported);
        await sms.Report(sms.Twilio.All[0], "sent");
        await sms.Report(sms.Twilio.All[0], "undelivered", "30005");
        Assert.Equal([DeliveryOutcome.Delivered, DeliveryOutcome.Failed], sms.Reported.Select(report => report.Outcome)); // of which Core keeps the first
    }

    [Fact]
    public async Task A_report_that_could_not_be_stored_is_not_acknowledged()
    {
        await using var sms = await RunningTwilio.StartAsync();
        await sms.Send(sms.Of("x"));
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => sms.Report(sms.Twilio.All[0], "delivered"));
    }

    [Fact]
    public async Task Only_what_is_signed_for_this_very_message_is_believed()
    {
        await using var sms = await RunningTwilio.StartAsync();
        await sms.Send(sms.Of("x"));
        await sms.Send(sms.Of("y"));
        var fields = TwilioCalls.Status(sms.Twilio.All[0], "delivered");
        var signature = TwilioCalls.Sign(sms.Twilio.All[0].Callback!, fields);
        var other = sms.Twilio.All[1].Callback![RunningTwilio.Callback.Length..];
        Assert.Equal(403, (await sms.Call(other, TwilioCalls.Encode(fields), signature)).Status);
        Assert.Equal(400, (await sms.Call("/report", fields)).Status);
        Assert.Equal(400, (await sms.Call("/report?key=" + new string('x', 65), fields)).Status);
        Assert.Empty(sms.Reported);
        Assert.Equal(3, sms.Memory.Dropped.Values.Sum());
    }
}
