using Bridge.Abstractions;
using Bridge.Plugins.Tests.Sms.Http;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

/// <summary>Whether the service is there, and takes messages of ours.</summary>
public sealed class StandingTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_page_of_the_service_says_whether_it_knows_the_account_and_no_message_is_sent_for_that()
    {
        await using var sms = await RunningWebhook.StartAsync(
            change: driver => driver with { Status = new Uri(driver.Url!, "/status") }, before: service => service.StatusOfStatus = 401);
        Assert.Contains("driver.password", sms.Failures[0].Message, StringComparison.Ordinal);
        sms.Service.StatusOfStatus = 200;
        await sms.UntilAsync(() => sms.Connections > 0);
        Assert.Contains("knows the account",
            Assert.IsType<ProbeResult.Works>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken)).Found, StringComparison.Ordinal);
        Assert.Empty(sms.Service.All);
    }

    [Fact]
    public async Task While_no_connection_comes_about_messages_wait_and_the_way_is_away()
    {
        using var network = new SilentNetwork();
        await using var sms = await RunningWebhook.StartAsync(handler: network.Handler);
        await sms.UntilAsync(() => sms.Connections > 0);
        network.IsSilent = true;
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        await sms.UntilAsync(() => sms.Failures.Count > 0);
        Assert.Equal("the service does not accept connections", sms.Failures[^1].Message);

        var connections = sms.Connections;
        network.IsSilent = false;
        await sms.UntilAsync(() => sms.Connections > connections);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal("x", Assert.Single(sms.Service.All).Text);
    }

    [Fact]
    public async Task A_wrong_password_is_told_once_and_when_it_is_right_again()
    {
        await using var sms = await RunningWebhook.StartAsync();
        sms.Service.Answer(401);
        await sms.Send(sms.Of("x"));
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Impairment == "the service refuses the user name or password");
        sms.Service.Instead = null;
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Impairment is null);
        Assert.Equal((2, 0), (sms.Impairments.Count, sms.Failures.Count));
    }

    [Fact]
    public async Task A_wrong_password_is_believed_until_the_next_look_since_no_message_may_come_to_show_that_it_is_right_again()
    {
        var clock = new ManualClock();
        await using var sms = await RunningWebhook.StartAsync(clock: clock);
        sms.Service.Answer(401);
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Impairment is not null && clock.IsDueIn(s_interval));
        clock.Advance(s_interval);
        await sms.UntilAsync(() => sms.Impairment is null);

        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Impairment is not null);
    }

    [Fact]
    public async Task A_connection_that_is_made_anew_begins_without_a_fault()
    {
        var clock = new ManualClock();
        await using var sms = await RunningWebhook.StartAsync(clock: clock);
        sms.Service.Answer(401);
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Impairment is not null && clock.IsDueIn(s_interval));
        await sms.Service.CloseAsync();
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Failures.Count > 0);

        var connections = sms.Connections;
        await sms.Service.OpenAsync();
        await sms.UntilAsync(() => sms.Connections > connections && clock.IsDueIn(s_interval));
        Assert.Single(sms.Impairments);
    }
}
