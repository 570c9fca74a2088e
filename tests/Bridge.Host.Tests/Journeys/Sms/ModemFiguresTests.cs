using Bridge.Testing.Mqtt;
using Bridge.Testing.Sms.Modem;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>The real daemon at a modem: its figures are in the status and among the metrics, and nothing that its operator says is written down.</summary>
public sealed class ModemFiguresTests : IDisposable
{
    private const string Secretive = "Dear customer of canary-tariff, your balance is";
    private readonly int _port = MosquittoBroker.FreePort();
    private readonly ModemNetwork _network = new();

    [Fact]
    public async Task Signal_registration_and_balance_are_shown_and_little_credit_makes_the_endpoint_impaired()
    {
        var modem = _network.Add("+4915100000000");
        modem.Dialled = _ => $"0,\"{Secretive} 3,20 EUR\",15";
        using var workspace = new Workspace($$"""
            version: 1
            http: { listen: 127.0.0.1:{{_port}} }
            endpoints:
              sms:
                plugin: sms
                driver: { kind: at-modem, port: {{modem.Device.FullName}}, balance: { code: "*100#", every: 1d, warn_below: 5 } }
            """);
        await using var daemon = await BridgeProcess.StartAsync(workspace);
        using var http = new HttpClient();
        var metrics = "";
        await Workspace.UntilAsync(async () =>
        {
            metrics = await http.GetStringAsync($"http://127.0.0.1:{_port}/metrics", TestContext.Current.CancellationToken);
            return metrics.Contains("bridge_sms_balance{endpoint=\"sms\"} 3.2", StringComparison.Ordinal);
        });
        Assert.Contains("bridge_sms_signal_dbm{endpoint=\"sms\"} -77", metrics, StringComparison.Ordinal);
        Assert.Contains("bridge_sms_registered{endpoint=\"sms\"} 1", metrics, StringComparison.Ordinal);
        var status = await workspace.DoAsync("status");
        Assert.Contains("registered; signal -77 dBm; balance 3.20; less is left on the SIM card than driver.balance.warn_below", status, StringComparison.Ordinal);
        await daemon.StopAsync();
        Assert.DoesNotContain("canary-tariff", string.Concat(daemon.Log.All.Concat(daemon.Output.All)), StringComparison.Ordinal);
    }

    public void Dispose() => _network.Dispose();
}
