namespace Bridge.Host.Metrics;

/// <summary>The process itself, under the names that every Prometheus client library gives them.</summary>
internal sealed class ProcessGauges(DateTimeOffset startedAt)
{
    private const string Handles = "/proc/self/fd";

    public IEnumerable<MetricFamily> Read()
    {
        yield return MetricFamily.Gauge("process_start_time_seconds", "when the process started, in Unix time", Sample.Of(startedAt.ToUnixTimeMilliseconds() / 1000.0));
        yield return MetricFamily.Gauge("process_resident_memory_bytes", "memory in use", Sample.Of(Environment.WorkingSet));
        if (!OperatingSystem.IsWindows())
        {
            yield return MetricFamily.Counter("process_cpu_seconds_total", "processor time used", Sample.Of(Environment.CpuUsage.TotalTime.TotalSeconds));
        }

        if (Directory.Exists(Handles))
        {
            yield return MetricFamily.Gauge("process_open_fds", "open file handles", Sample.Of(Directory.EnumerateFileSystemEntries(Handles).Count()));
        }
    }
}
