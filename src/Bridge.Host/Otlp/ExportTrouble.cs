using System.Diagnostics.Tracing;

namespace Bridge.Host.Otlp;

/// <summary>
/// Hears what the exporter says of batches that it could not send: it drops them, and would say so nowhere that an operator looks. Told once an hour at most.
/// </summary>
internal sealed class ExportTrouble(Action<string> tell) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const long Pause = 60 * 60 * 1000;
    private long _toldAt = long.MinValue;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Error);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var (now, told) = (Environment.TickCount64, Interlocked.Read(ref _toldAt));
        if ((told == long.MinValue || now - told > Pause) && Interlocked.CompareExchange(ref _toldAt, now, told) == told)
        {
            tell(eventData.EventName ?? "an error");
        }
    }
}
