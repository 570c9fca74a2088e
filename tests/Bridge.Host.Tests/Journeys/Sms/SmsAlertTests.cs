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
    public async Task An_alert_reaches_a_phone_and_trace_says_so(string driver)
    {
        var port = MosquittoBroker.FreePort();
        await using var side = await AlertedSide.StartAsync(driver, new Uri($"http://127.0.0.1:{port}/endpoints/sms"));
        using var workspace = new Workspace($$$"""
            version: 1
            http: { listen: "127.0.0.1:{{{port}}}" }
            endpoints:
              home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0 } }
              sms: { plugin: sms, country: "49", sender: "+4915100000000", driver: { {{{side.Driver}}} } }
            routes:
              - { id: leak, from: home:leak, severity: critical, text: "Leak in the {{ payload }}", to: ["sms:+4915112345678"] }
            """);
        await using var daemon = await BridgeProcess.StartAsync(workspace);
        await daemon.PublishAsync("leak", "kitchen");
        await MatrixDaemon.UntilAsync(() => side.Texts() is ["Leak in the kitchen"]);
        side.Report();
        await Workspace.UntilAsync(async () =>
            (await workspace.DoAsync("trace", "1")).Contains("to sms:+4915112345678 by leak: delivered", StringComparison.Ordinal));
        Assert.Equal(0, await daemon.StopAsync());
    }
}
