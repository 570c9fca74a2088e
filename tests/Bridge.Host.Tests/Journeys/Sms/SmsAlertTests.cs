using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>What a house says over MQTT reaches a phone by each of the drivers, through the real process.</summary>
public sealed class SmsAlertTests
{
    [Theory]
    [InlineData("kannel")]
    [InlineData("smpp")]
    [InlineData("at-modem")]
    [InlineData("android-sms-gateway")]
    [InlineData("twilio")]
    [InlineData("webhook")]
    public async Task An_alert_reaches_a_phone_and_trace_says_so(string driver)
    {
        var port = MosquittoBroker.FreePort();
        await using var side = await AlertedSide.StartAsync(driver, new Uri($"http://127.0.0.1:{port}/endpoints/sms"));
        await using var house = await SmsHouse.StartAsync(side.Driver, port: port);
        await house.SayAsync("leak in the kitchen");
        await MatrixDaemon.UntilAsync(() => side.Texts() is ["leak in the kitchen"]);
        side.Report();
        await house.UntilAsync(1, "delivered");
    }
}
