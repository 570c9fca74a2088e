using Bridge.Abstractions;
using Bridge.Plugin.Sms.Webhook;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

public sealed class ReportTests
{
    [Theory]
    [InlineData("vonage", "the service says undeliverable (1320)")] // by our id
    [InlineData("httpsms", "the service says message.send.failed (RESULT_ERROR_NO_SERVICE)")] // by the service's
    public async Task A_report_finds_its_message_also_after_a_restart(string service, string why)
    {
        await using var sms = await RunningWebhook.StartAsync(service);
        var (first, second) = (sms.Of("x"), sms.Of("y"));
        Assert.IsType<SendResult.Accepted>(await sms.Send(first));
        Assert.IsType<SendResult.Accepted>(await sms.Send(second));
        await sms.RestartAsync();
        Assert.Equal(200, (await sms.Report(sms.Service.All[1], isDelivered: false)).Status);
        Assert.Equal(200, (await sms.Report(sms.Service.All[0])).Status);
        Assert.Equal(
            [new DeliveryReported(second.Key, DeliveryOutcome.Failed, Why: why), new DeliveryReported(first.Key, DeliveryOutcome.Delivered)],
                sms.Reported);
    }

    [Fact]
    public async Task What_lies_before_the_end_is_passed_over()
    {
        await using var sms = await RunningWebhook.StartAsync();
        await sms.Send(sms.Of("x"));
        foreach (var state in (string[])["submitted", "something new", ""])
        {
            Assert.Equal(200, (await sms.Call(("/report", $$"""{"status":"{{state}}","client_ref":"{{sms.Service.All[0].Reference}}"}"""))).Status);
        }

        Assert.Empty(sms.Reported);
        await sms.Call(("/report", $$"""{"status":"Read","client_ref":"{{sms.Service.All[0].Reference}}"}"""));
        Assert.Equal(DeliveryOutcome.Read, Assert.Single(sms.Reported).Outcome);
    }

    [Theory]
    [InlineData("message.phone.read", DeliveryOutcome.Delivered, DeliveryOutcome.Read)]
    [InlineData(null, DeliveryOutcome.Delivered)]
    public async Task What_the_service_names_is_known_until_the_last_that_it_tells_of_it(string? read, params DeliveryOutcome[] outcomes)
    {
        await using var sms = await RunningWebhook.StartAsync("httpsms", driver => driver with
        {
            Receive = driver.Receive! with { Report = driver.Receive.Report! with { Read = read is null ? [] : [read] } },
        });
        await sms.Send(sms.Of("x"));
        foreach (var state in (string[])["message.phone.delivered", "message.phone.read", "message.phone.read"])
        {
            Assert.Equal(200, (await sms.Call(("/report", $$$"""{"type":"{{{state}}}","data":{"id":"{{{sms.Service.All[0].Id}}}"}}"""))).Status);
        }

        Assert.Equal(outcomes, sms.Reported.Select(report => report.Outcome));
        Assert.DoesNotContain(sms.Memory.State.Keys, key => key.StartsWith("out/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vonage")]
    [InlineData("httpsms")]
    public async Task A_report_may_overtake_the_answer(string service)
    {
        await using var sms = await RunningWebhook.StartAsync(service);
        Task<HttpReply>? reporting = null;
        sms.Service.BeforeAnswer = taken =>
        {
            reporting = sms.Report(taken);
            return Task.CompletedTask;
        };
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Equal(200, (await reporting!).Status);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
    }

    [Fact]
    public async Task A_report_by_our_id_settles_what_was_uncertain()
    {
        await using var sms = await RunningWebhook.StartAsync();
        sms.Service.LosesAnswers = true;
        var lost = sms.Of("x");
        Assert.IsType<SendResult.Uncertain>(await sms.Send(lost));
        await sms.Report(sms.Service.All[0]);
        Assert.Equal(new DeliveryReported(lost.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
    }

    [Fact]
    public async Task A_service_that_is_told_where_to_report_needs_to_name_nothing()
    {
        await using var sms = await RunningWebhook.StartAsync("teltonika", driver => driver with
        {
            Send = driver.Send! with { Query = new Dictionary<string, string>(driver.Send.Query) { ["text"] = "{text}|{callback}" } },
            Receive = driver.Receive! with { Report = new WebhookReportOptions { State = "state" } },
        });
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        var callback = sms.Service.All[0].Text.Split('|')[1];
        Assert.StartsWith(Services.Callback + "/report?", callback, StringComparison.Ordinal);
        var rest = callback[Services.Callback.Length..];
        string[] forged =
        [
            rest + "0", rest[..^1] + (rest[^1] == '0' ? '1' : '0'), rest.Replace(outbound.Key.Value, new DeliveryKey("key" + new string('9', 19)).Value, StringComparison.Ordinal),
        ];
        foreach (var ticket in forged)
        {
            Assert.Equal(401, (await sms.Call($"{ticket}&state=delivered", [], [])).Status);
        }

        Assert.Equal(200, (await sms.Call($"{rest}0&state=delivered&token={ServiceShape.Secret}", [], [])).Status);
        Assert.Equal(401, (await sms.Call($"{rest.Replace("report", "message", StringComparison.Ordinal)}&sender=1&text=x", [], [])).Status);
        Assert.Empty(sms.Reported);
        Assert.Equal(200, (await sms.Call($"{rest}&state=delivered", [], [])).Status); // it needs no other secret
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
    }

    [Theory]
    [InlineData("vonage", """{"status":"delivered","client_ref":"somebody else's"}""")]
    [InlineData("vonage", """{"status":"delivered"}""")]
    [InlineData("httpsms", """{"type":"message.phone.delivered","data":{"id":"unknown"}}""")]
    public async Task A_report_on_what_is_not_ours_is_counted_and_not_wanted_again(string service, string body)
    {
        await using var sms = await RunningWebhook.StartAsync(service);
        Assert.Equal(200, (await sms.Call(("/report", body))).Status);
        Assert.Empty(sms.Reported);
        Assert.Equal(1, sms.Memory.Dropped.Values.Sum());
    }

    [Fact]
    public async Task A_report_that_could_not_be_stored_is_not_acknowledged_and_can_come_again()
    {
        await using var sms = await RunningWebhook.StartAsync("httpsms");
        await sms.Send(sms.Of("x"));
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => sms.Report(sms.Service.All[0]));
        sms.Memory.BeforeCommit = null;
        Assert.Equal(200, (await sms.Report(sms.Service.All[0])).Status);
        Assert.Single(sms.Reported);
    }

    [Fact]
    public async Task What_a_reason_quotes_is_not_passed_on()
    {
        await using var sms = await RunningWebhook.StartAsync();
        await sms.Send(sms.Of("x"));
        await sms.Call(("/report",
            $$$"""{"status":"rejected","client_ref":"{{{sms.Service.All[0].Reference}}}","error":{"title":"+4915112345678"}}"""));
        Assert.Equal("the service says rejected", Assert.Single(sms.Reported).Why);
    }
}
