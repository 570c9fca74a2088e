namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>A real daemon that sends to a phone what a house says over MQTT.</summary>
internal sealed class SmsHouse : IAsyncDisposable
{
    private const string Phone = "+4915112345678";
    private readonly Workspace _workspace;
    private readonly BridgeProcess _daemon;

    private SmsHouse(Workspace workspace, BridgeProcess daemon) => (_workspace, _daemon) = (workspace, daemon);

    /// <param name="driver">Options of the driver.</param>
    /// <param name="options">Further ones of the endpoint, each with a comma before it.</param>
    /// <param name="port">Where the daemon listens for HTTP; 0 for any.</param>
    public static async Task<SmsHouse> StartAsync(string driver, string options = "", int port = 0)
    {
        var workspace = new Workspace($$$"""
            version: 1
            http: { listen: "127.0.0.1:{{{port}}}" }
            endpoints:
              home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0 } }
              sms: { plugin: sms, country: "49", sender: "+4915100000000", driver: { {{{driver}}} }{{{options}}} }
            routes:
              - { id: alert, from: home:alert, severity: critical, text: "{{ payload }}", to: ["sms:{{{Phone}}}"] }
            """);
        return new SmsHouse(workspace, await BridgeProcess.StartAsync(workspace));
    }

    public Task SayAsync(string text) => _daemon.PublishAsync("alert", text);

    /// <summary>Until <c>trace</c> says so of the alert with this number, from 1.</summary>
    public Task UntilAsync(int alert, string state) => Workspace.UntilAsync(async () =>
        (await _workspace.DoAsync("trace", $"{alert}")).Contains($"to sms:{Phone} by alert: {state}", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _workspace.Dispose();
    }
}
