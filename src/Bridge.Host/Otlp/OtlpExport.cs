using System.Diagnostics.Metrics;
using Bridge.Core;
using Bridge.Core.Endpoints;
using Bridge.Host.Daemon;
using Bridge.Host.Health;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bridge.Host.Otlp;

/// <summary>
/// Sends traces and metrics to a collector (OTLP). Ids, endpoints, states, times and masked addresses only: what Bridge carries is not in them. Nothing
/// of it is loaded unless <c>telemetry.otlp</c> is configured.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const int GrpcPort = 4317;
    private const int FlushMilliseconds = 3_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(60);

    private readonly Meter _state = new(Telemetry.SourceName + ".State");
    private readonly ExportTrouble _trouble;
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    /// <param name="collector">As configured. Port 4317: gRPC; otherwise HTTP with protobuf, below this URL.</param>
    /// <param name="state">For what is read when it is sent.</param>
    /// <param name="trouble">Told, once until it works again, that a batch could not be sent.</param>
    public OtlpExport(Uri collector, DaemonState state, Action<string> trouble)
    {
        Telemetry.TraceByEventId();
        _trouble = new ExportTrouble(trouble);
        _state.CreateObservableGauge("bridge.endpoint.up", () => Endpoints(state), description: "1 when the endpoint is connected");
        _state.CreateObservableGauge("bridge.config.generation", () => state.Running?.Config().Generation ?? 0);
        var resource = ResourceBuilder.CreateEmpty().AddService("bridge", serviceVersion: Product.Version);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Telemetry.SourceName)
            .AddOtlpExporter(options => Aim(options, collector, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Telemetry.SourceName, _state.Name)
            .AddOtlpExporter((options, reader) =>
            {
                Aim(options, collector, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)s_interval.TotalMilliseconds;
            })
            .Build();
    }

    /// <summary>Sends what is left, for a few seconds.</summary>
    public void Dispose()
    {
        _traces.Shutdown(FlushMilliseconds);
        _metrics.Shutdown(FlushMilliseconds);
        _traces.Dispose();
        _metrics.Dispose();
        _state.Dispose();
        _trouble.Dispose();
    }

    private static void Aim(OtlpExporterOptions options, Uri collector, string path)
    {
        var grpc = collector.Port == GrpcPort;
        options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = grpc ? collector : new Uri(collector.AbsoluteUri.TrimEnd('/') + "/" + path);
        options.TimeoutMilliseconds = 5_000;
    }

    private static IEnumerable<Measurement<int>> Endpoints(DaemonState state) =>
        from endpoint in state.Running?.Parts.Endpoints.All ?? []
        select new Measurement<int>(
            endpoint.Status.Phase == EndpointPhase.Connected ? 1 : 0, new KeyValuePair<string, object?>("endpoint", endpoint.Id.Value));
}
