using Bridge.Host.Systemd;
using Bridge.Host.Terminal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bridge.Host.Daemon;

/// <summary>
/// One line per log entry: time (of the machine's zone), level, text; for the journal its priority and the text. No stack traces: an exception is
/// named, with its message.
/// </summary>
internal sealed class LineFormatter(TimeProvider clock, Journal journal) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var failure = logEntry.Exception is { } exception ? $": {exception.GetType().Name}: {exception.Message}" : "";
        textWriter.WriteLine(Begin(logEntry.LogLevel) + Source(logEntry.Category) + Visible.Line(text + failure));
    }

    private string Begin(LogLevel level) =>
        journal.Takes ? $"<{PriorityOf(level)}>" : $"{clock.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} {NameOf(level)} ";

    /// <summary>Core's facts name their subject themselves; an endpoint's own words are marked with its name, others with their component.</summary>
    private static string Source(string category) => category switch
    {
        "Bridge.Core.Telemetry" => "",
        _ when category.StartsWith("Bridge.Endpoint.", StringComparison.Ordinal) => category["Bridge.Endpoint.".Length..] + ": ",
        _ when category.StartsWith("Bridge.", StringComparison.Ordinal) => "",
        _ => category + ": ",
    };

    /// <summary>As in syslog.</summary>
    private static int PriorityOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => 7,
        LogLevel.Information => 6,
        LogLevel.Warning => 4,
        LogLevel.Error => 3,
        _ => 2,
    };

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}

/// <summary>The least severe level that is written; a reload changes it.</summary>
internal sealed class LogThreshold
{
    private volatile LogLevel _level = LogLevel.Information;

    /// <param name="word">As in the configuration: trace, debug, info, warn or error.</param>
    public void Set(string word) => _level = word switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    /// <summary>Of the framework's own logs only warnings are news; and what ends the start is said by <c>run</c> itself.</summary>
    public bool Allows(string? category, LogLevel level) => category switch
    {
        "Microsoft.Extensions.Hosting.Internal.Host" => false,
        _ when category?.StartsWith("Microsoft.", StringComparison.Ordinal) == true => level >= LogLevel.Warning && level >= _level,
        _ => level >= _level,
    };
}
