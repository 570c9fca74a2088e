using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Otlp;

/// <summary>The real daemon, with a collector that listens and with one that does not.</summary>
public sealed class OtlpJourneyTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Leak);

    [Fact]
    public async Task A_collector_gets_spans_under_the_events_id_and_metrics_and_nothing_readable()
    {
        using var collector = new Collector();
        _workspace.Config = Workspace.Leak + $"\ntelemetry: {{ otlp: \"{collector.Url}\" }}\n";
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        var id = await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":88}""");
        await daemon.Output.WaitForAsync("Water leak in kitchen!");
        Assert.Equal(0, await daemon.StopAsync());

        var (traces, metrics) = (collector.ReceivedAt("/v1/traces"), collector.ReceivedAt("/v1/metrics"));
        Assert.All(["service.name", "bridge", "accept", "deliver", "bridge.state", "delivered", "home:#"], name => Assert.Contains(name, traces, StringComparison.Ordinal));
        Assert.All(
            ["service.name", "bridge.intake.accepted", "bridge.store.commit_time", "bridge.delivery.time", "bridge.config.generation"],
            name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        Assert.True(collector.Has("/v1/traces", Convert.FromHexString(id.Replace("-", "", StringComparison.Ordinal))));
        Assert.All(["kitchen", "zigbee2mqtt", "Water", "water_leak"], text => Assert.DoesNotContain(text, traces + metrics, StringComparison.Ordinal));
        Assert.Equal(0, daemon.Log.Count("did not take"));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_named_and_holds_nothing_up()
    {
        _workspace.Config = Workspace.Leak + "\ntelemetry: { otlp: \"http://127.0.0.1:1\" }\n";
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":88}""");
        await daemon.Output.WaitForAsync("Water leak in kitchen!");
        Assert.Equal(0, await daemon.StopAsync());
        Assert.Equal(1, daemon.Log.Count("The collector of telemetry.otlp did not take traces or metrics"));
    }

    public void Dispose() => _workspace.Dispose();
}
