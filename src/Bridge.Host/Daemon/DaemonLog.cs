using Bridge.Core.Endpoints;
using Bridge.Host.Cli;
using Bridge.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Daemon;

/// <summary>What the daemon says of itself.</summary>
internal sealed partial class DaemonLog(ILogger logger)
{
    public void Starting(DaemonSettings settings)
    {
        Log.Starting(logger, Product.Version, Environment.ProcessId, string.Join(", ", settings.First.Files), settings.DataFolder);
        foreach (var plugin in settings.Plugins.Refused)
        {
            Log.PluginRefused(logger, plugin.Name, plugin.Refused!);
        }
    }

    public void Ready(DaemonSettings settings, RunningConfig config, IReadOnlyList<EndpointHandle> endpoints)
    {
        var connected = endpoints.Count(handle => handle.Status.Phase == EndpointPhase.Connected);
        Log.Ready(logger, config.Generation, connected, Words.Count(endpoints.Count, "endpoint"), Words.Count(config.Config.Routes.Count, "route"), settings.DataFolder);
    }

    public void ReloadRefused(string reason, int generation, IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Log.Diagnostic(logger, diagnostic.Severity == DiagnosticSeverity.Error ? LogLevel.Error : LogLevel.Warning, diagnostic);
        }

        Log.ReloadRefused(logger, reason, Words.Count(diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), "error"), generation);
    }

    public void Reloaded(string reason, RunningConfig config, IReadOnlyList<string> needRestart)
    {
        foreach (var diagnostic in config.Read.Diagnostics)
        {
            Log.Diagnostic(logger, LogLevel.Warning, diagnostic);
        }

        Log.Reloaded(logger, reason, config.Generation, Words.Count(config.Config.Endpoints.Count, "endpoint"), Words.Count(config.Config.Routes.Count, "route"));
        if (needRestart.Count > 0)
        {
            Log.NeedsRestart(logger, string.Join(", ", needRestart));
        }
    }

    public void ReloadFailed(string reason, int generation, string why) => Log.ReloadFailed(logger, reason, why, generation);

    public void Serving(string address) => Log.Serving(logger, address);

    public void NotExported(string what) => Log.NotExported(logger, what);

    public void Silent(string part) => Log.Silent(logger, part);

    public void Stopping() => Log.Stopping(logger);

    public void StopFailed(string why) => Log.StopFailed(logger, why);

    public void Stopped() => Log.Stopped(logger);

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "Bridge {Version}, process {Process}: configuration {Files}, data folder {Folder}")]
        public static partial void Starting(ILogger logger, string version, int process, string files, string folder);

        [LoggerMessage(2002, LogLevel.Warning, "Plugin {Plugin} is refused: {Reason}")]
        public static partial void PluginRefused(ILogger logger, string plugin, string reason);

        [LoggerMessage(2004, LogLevel.Information, "Ready: generation {Generation}, {Connected} of {Endpoints} connected, {Routes}; talk to it with: bridge --data {Folder} status")]
        public static partial void Ready(ILogger logger, int generation, int connected, string endpoints, string routes, string folder);

        [LoggerMessage(EventId = 2005, Message = "{Diagnostic}")]
        public static partial void Diagnostic(ILogger logger, LogLevel level, Diagnostic diagnostic);

        [LoggerMessage(2006, LogLevel.Error, "Reload ({Reason}) refused: {Errors}; generation {Generation} stays in force")]
        public static partial void ReloadRefused(ILogger logger, string reason, string errors, int generation);

        [LoggerMessage(2007, LogLevel.Information, "Reloaded ({Reason}): generation {Generation}, {Endpoints}, {Routes}")]
        public static partial void Reloaded(ILogger logger, string reason, int generation, string endpoints, string routes);

        [LoggerMessage(2008, LogLevel.Warning, "A change of {Settings} takes effect at the next start")]
        public static partial void NeedsRestart(ILogger logger, string settings);

        [LoggerMessage(2011, LogLevel.Error, "Reload ({Reason}) failed: {Why}; generation {Generation} is in force. Try again with: kill -HUP")]
        public static partial void ReloadFailed(ILogger logger, string reason, string why, int generation);

        [LoggerMessage(2013, LogLevel.Information, "Health and metrics: {Address}/healthz, /readyz, /metrics")]
        public static partial void Serving(ILogger logger, string address);

        [LoggerMessage(2014, LogLevel.Warning, "The collector of telemetry.otlp did not take traces or metrics ({What}): they are dropped until it does")]
        public static partial void NotExported(ILogger logger, string what);

        [LoggerMessage(2012, LogLevel.Error, "{Part}: no sign of life goes to the service manager until it does")]
        public static partial void Silent(ILogger logger, string part);

        [LoggerMessage(2009, LogLevel.Information, "Stopping")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(2015, LogLevel.Error, "A part did not stop as it should ({Why}); the others are stopped all the same")]
        public static partial void StopFailed(ILogger logger, string why);

        [LoggerMessage(2010, LogLevel.Information, "Stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
