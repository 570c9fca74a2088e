using System.Diagnostics.CodeAnalysis;
using Bridge.Core.Configuration;
using Bridge.Core.Storage;
using Bridge.Host.Cli;
using Bridge.Host.Configuration;
using Bridge.Host.Systemd;

namespace Bridge.Host.Daemon;

/// <summary>Replaces the configuration in force, all of it or nothing.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore nobody took a wait handle of holds nothing, and it may be asked for until the process ends.")]
internal sealed class Reload(DaemonSettings settings, RunningParts parts, LogThreshold threshold, ServiceManager manager, DaemonLog log)
{
    private readonly SemaphoreSlim _one = new(1);
    private volatile RunningConfig _running = new(settings.First, 1, null);

    public RunningConfig Running => _running;

    /// <summary>
    /// The rules change first: from then on nothing is owed to an endpoint that goes. What is owed already keeps its rendering; endpoints that
    /// differ drain and restart, the others stay connected.
    /// </summary>
    public async Task RunAsync(string reason)
    {
        await _one.WaitAsync();
        manager.Reloading();
        try
        {
            await ApplyAsync(reason);
        }
        finally
        {
            manager.Ready(StatusLine.Of(_running, parts.Endpoints.All));
            _one.Release();
        }
    }

    /// <summary>Lets the endpoints listen where links are that were made or ended at run time.</summary>
    public async Task ListenAsync()
    {
        await _one.WaitAsync();
        try
        {
            await parts.Endpoints.ApplyAsync(Listening.EndpointsOf(_running.Config, await parts.Loop.OpenPatternsAsync()));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>It began, and something underneath failed: the disk, most likely. Messages of other exceptions may quote the configuration.</summary>
    public void Failed(string reason, Exception failure)
    {
        var why = failure is StoreException ? failure.Message : failure.GetType().Name;
        _running = _running with { Refused = $"{reason}: {why}" };
        log.ReloadFailed(reason, _running.Generation, why);
    }

    private async Task ApplyAsync(string reason)
    {
        var read = ConfigReader.Read(settings.ConfigPaths, Setup.Sources(settings.Plugins));
        if (read.Config is not { } config)
        {
            _running = _running with { Refused = $"{reason}: {Diagnostics.Summary(read)}" };
            log.ReloadRefused(reason, _running.Generation, read.Diagnostics);
            return;
        }

        var previous = _running;
        var next = new RunningConfig(read, previous.Generation + 1, null);
        var open = await parts.Loop.ReloadAsync(config.Rules, config.Zone, next.Generation);

        // The rules are in force: nothing below may fail, or half of the configuration would be.
        _running = next;
        threshold.Set(config.LogLevel);
        parts.Delivery.Zone = config.Zone;
        parts.Clock.UseZone(config.Zone);
        await parts.Endpoints.ApplyAsync(Listening.EndpointsOf(config, open));
        log.Reloaded(reason, next, [.. NeedRestart(previous.Config, next.Config)]);
    }

    /// <summary>What changed that a reload cannot change.</summary>
    private static IEnumerable<string> NeedRestart(BridgeConfig previous, BridgeConfig next)
    {
        (string Setting, bool IsSame)[] settings =
        [
            ("storage.folder", previous.DataFolder == next.DataFolder),
            ("storage.encryption", previous.EncryptionKey?.Secret.Reveal() == next.EncryptionKey?.Secret.Reveal()),
            ("http", previous.Http?.IsSameAs(next.Http) ?? next.Http is null),
            ("telemetry.otlp", previous.Otlp == next.Otlp),
        ];
        return settings.Where(setting => !setting.IsSame).Select(setting => setting.Setting);
    }
}
