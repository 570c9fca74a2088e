using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Endpoints;
using Bridge.Core.Intake;
using Bridge.Core.Storage;
using Bridge.Host.Admin;
using Bridge.Host.Configuration;
using Bridge.Host.Terminal;
using Bridge.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Daemon;

/// <summary>
/// The composition: puts the pieces together in order, and takes them apart in reverse. Every piece is started by the one before it being ready;
/// nothing else knows them all.
/// </summary>
internal sealed partial class BridgeDaemon(
    DaemonSettings settings, Telemetry telemetry, LogThreshold threshold, ILoggerFactory loggers, TimeProvider clock) : IHostedService
{
    private readonly ILogger _logger = loggers.CreateLogger<BridgeDaemon>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<Func<Task>> _undo = new();
    private RunningConfig _config = new(settings.First, 1, null);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Log.Starting(_logger, Product.Version, Environment.ProcessId);
            SayPlugins();
            var data = await OpenDataAsync(cancellationToken);
            var writer = StartWriter(data);
            var parts = Connect(data, writer);
            await parts.Intake.StartAsync(cancellationToken);
            await parts.Endpoints.ApplyAsync(_config.Config.Endpoints);
            await parts.Delivery.StartAsync(cancellationToken);
            StartEndpoints(parts);
            ServeAdmin(data, parts);
            WatchConfig(parts);
            await SayRunningAsync(parts);
        }
        catch
        {
            await StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Nothing new comes in, what is in flight ends, what was accepted is committed; then the folder is free for the next.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(_logger);
        while (_undo.TryPop(out var undo))
        {
            await undo();
        }

        Log.Stopped(_logger);
    }
}
