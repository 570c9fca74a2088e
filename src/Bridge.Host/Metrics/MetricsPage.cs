using System.Text;
using Bridge.Core;
using Bridge.Host.Daemon;
using Bridge.Host.Health;
using Bridge.Host.Http;

namespace Bridge.Host.Metrics;

/// <summary><c>/metrics</c>: counters and times since the start of the process, and how things stand.</summary>
internal sealed class MetricsPage(DaemonState state, Telemetry telemetry, TimeHistograms times, string dataFolder, TimeProvider clock)
{
    private readonly ProcessGauges _process = new(clock.GetUtcNow());

    public async Task<Answer> ReadAsync(bool trusted, CancellationToken cancellationToken)
    {
        if (!trusted)
        {
            return Answer.Text(401, "metrics are for who shows http.metrics_token (Authorization: Bearer ...)");
        }

        var families = new List<MetricFamily> { MetricFamily.Gauge("bridge_build_info", "what runs here", Sample.Of(1, ("version", Product.Version))) };
        families.AddRange(CounterFamilies.Of(telemetry.Totals));
        families.AddRange(times.Families);
        if (state.Running is { } running)
        {
            families.AddRange(await new StateGauges(running, dataFolder, clock).ReadAsync(cancellationToken));
        }

        families.AddRange(_process.Read());
        return new Answer(200, PrometheusText.ContentType, Encoding.UTF8.GetBytes(PrometheusText.Of(families)));
    }
}
