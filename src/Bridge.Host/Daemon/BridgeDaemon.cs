using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Delivery;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;
using Bridge.Host.Admin;
using Bridge.Host.Health;
using Bridge.Host.Http;
using Bridge.Host.Otlp;
using Bridge.Host.Systemd;
using Bridge.Host.Terminal;
using Bridge.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Daemon;

/// <summary>
/// The composition: puts the pieces together in order and takes them apart in reverse. Each step finds the one before it ready; nothing else
/// knows them all.
/// </summary>
internal sealed class BridgeDaemon(
    DaemonSettings settings, Telemetry telemetry, LogThreshold threshold, ServiceManager manager, ILoggerFactory loggers, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly DaemonLog _log = new(loggers.CreateLogger<BridgeDaemon>());
    private readonly Stack<Func<ValueTask>> _undo = new();
    private readonly DaemonState _state = new();
    private WebSide? _web;
    private CommandsPlugin? _commands;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _log.Starting(settings);
            await ServeHttpAsync(cancellationToken);
            ExportTelemetry();
            Begins("opening the data folder");
            var data = await OpenDataAsync(cancellationToken);
            var writer = StartWriter(data);
            var blobs = OpenBlobs(data, writer);
            var parts = Connect(data, writer, blobs);
            Begins("taking up what is owed");
            var reload = new Reload(settings, parts, threshold, manager, _log);
            await StartDecidingAsync(parts, reload.Running, cancellationToken);
            await StartDeliveringAsync(parts, reload.Running, cancellationToken);
            StartEndpoints(parts);
            Begins("connecting the endpoints");
            ServeCommands(data, parts, reload);
            WatchConfiguration(reload);
            KeepWhatIsWanted(data, blobs, parts, reload);
            await parts.Endpoints.WhenTriedAsync(clock);
            foreach (var handle in parts.Endpoints.All.Where(handle => handle.ParkReason is not null))
            {
                telemetry.EndpointParks(handle.Id, handle.ParkReason!);
            }

            _log.Ready(settings, reload.Running, parts.Endpoints.All);
            BeginWatching(parts, reload);
        }
        catch
        {
            await UndoAsync();
            throw;
        }
    }

    /// <summary>Nothing new comes in, what is in flight ends, what was accepted is committed; then the folder is free for the next.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _log.Stopping();
        _state.Begins("stopping");
        manager.Stopping();
        await UndoAsync();
        _log.Stopped();
    }

    private async Task<DataFolder> OpenDataAsync(CancellationToken cancellationToken)
    {
        var data = await new FullDisk(telemetry, manager, clock).WaitAsync(
            () => DataFolder.OpenAsync(
                settings.DataFolder,
                () => settings.Key ?? KeySources.Find(settings.DataFolder, settings.First.Config!.EncryptionKey, Environment.GetEnvironmentVariable),
                telemetry,
                clock,
                cancellationToken),
            cancellationToken);
        _undo.Push(data.DisposeAsync);
        Mask.UseKey(data.Keys.MaskKey());
        using var shredder = ShredderOf(data, () => Task.CompletedTask);
        await shredder.ResumeAsync(cancellationToken);
        return data;
    }

    private StoreWriter StartWriter(DataFolder data)
    {
        var writer = new StoreWriter(data.Store, telemetry, clock);
        _undo.Push(writer.DisposeAsync);
        return writer;
    }

    private SealedBlobs OpenBlobs(DataFolder data, StoreWriter writer)
    {
        var blobs = new SealedBlobs(data.Attachments, data.Store, writer, data.Sealer, clock);
        UntilStopped(blobs);
        return blobs;
    }

    private Shredder ShredderOf(DataFolder data, Func<Task> settled) =>
        new(data.Upkeep, data.Keys, data.Sealer, new EventAttachments(data.Store, data.Sealer, data.Attachments), settled, telemetry, clock);

    private RunningParts Connect(DataFolder data, StoreWriter writer, SealedBlobs blobs)
    {
        DeliveryEngine? delivery = null;
        HistoryReader? history = null;
        EndpointDirectory? endpoints = null;
        var zoned = new ZonedClock(clock, settings.First.Config!.Zone);
        var loop = new DecisionLoop(
            new DecisionPorts(data.Store, writer, data.Sealer, owed => delivery!.Enqueue(owed), report => delivery!.ReportedAsync(report))
            {
                Passed = (content, arrival) => delivery!.Pass(content, arrival),
                HistoryWanted = wanted => history!.Read(wanted),
                CapabilitiesOf = address => endpoints!.Find(address.Endpoint)?.CapabilitiesOf(address),
            },
            telemetry,
            clock);
        var intake = new Intake(loop, clock);
        var around = new EndpointSupervisor.Surroundings(intake.AcceptAsync, id => delivery!.EndpointChanged(id), telemetry, zoned);
        _commands = new CommandsPlugin((to, said) => intake.SendAsync(to, said), telemetry);
        var factory = new EndpointFactory(
            name => name == CommandsPlugin.Name ? _commands : settings.Plugins.Find(name)?.Plugin, endpoint => endpoint.Plugin == ConsolePlugin.Name ? settings.Console.ParkReason : null, around, data.Store, data.Sealer, blobs, loggers);
        endpoints = new EndpointDirectory(factory.Create, around.Changed);
        history = new HistoryReader(endpoints, loop, telemetry, clock);
        delivery = new DeliveryEngine(data.Store, writer, data.Sealer, endpoints, loop, telemetry, clock, new Random(), loop, loop.OptOuts);
        return new RunningParts(data.Store, writer, data.Sealer, intake, loop, delivery, endpoints, zoned);
    }

    private async Task StartDecidingAsync(RunningParts parts, RunningConfig config, CancellationToken cancellationToken)
    {
        await parts.Loop.StartAsync(config.Config.Rules, config.Config.Zone, config.Generation, cancellationToken);
        _undo.Push(parts.Loop.DisposeAsync);
    }

    /// <summary>The endpoints are known, though not yet running, when delivery takes up what is open: it parks what has none.</summary>
    private async Task StartDeliveringAsync(RunningParts parts, RunningConfig config, CancellationToken cancellationToken)
    {
        _undo.Push(parts.Delivery.DisposeAsync);
        parts.Delivery.Zone = config.Config.Zone;
        await parts.Endpoints.ApplyAsync(Listening.EndpointsOf(config.Config, await parts.Loop.OpenPatternsAsync()));
        await parts.Delivery.StartAsync(cancellationToken);
        parts.Loop.StartTimers();
    }

    /// <summary>Both stop together: sends in flight finish while the endpoints drain, so that all of it takes 10 s at most, 5 more for what hangs.</summary>
    private void StartEndpoints(RunningParts parts)
    {
        _undo.Push(async () => await Task.WhenAll(parts.Delivery.StopAsync(), parts.Endpoints.StopAsync()));
        _web?.ServeEndpoints(parts.Endpoints);
        parts.Endpoints.Start();
    }

    private void ServeCommands(DataFolder data, RunningParts parts, Reload reload)
    {
        var stored = new StoredReports(data.Store, data.Upkeep, data.Sealer, parts.Endpoints, parts.Delivery, parts.Loop);
        var links = new LinkCommands(parts.Loop, parts.Endpoints, () => reload.Running.Config, clock);
        var shredder = ShredderOf(data, () => SettledAsync(parts));
        var commands = new DaemonCommands(settings, parts, stored, links, () => reload.Running, telemetry, clock);
        var all = new CheckCommands(settings.DataFolder, data.Keys).AddTo(commands.All().AddKeys(new KeyCommands(data.Keys, telemetry)))
            .AddLinks(links, new SteerCommands(settings, parts, links, stored, reload, clock))
            .AddShred(new ShredCommands(data.Store, shredder, parts))
            .Add<Nothing, HealthReport>("health", (_, _) => new HealthCheck(_state).RunAsync());
        var runner = new CommandRunner(all, loggers.CreateLogger<CommandRunner>());
        _commands!.Serve(new ChatCommands(runner), () => reload.Running.Config);
        _web?.ServeApi(runner, () => reload.Running.Config.Access);
        var server = AdminServer.Start(AdminProtocol.SocketIn(settings.DataFolder), runner, loggers.CreateLogger<AdminServer>(), clock);
        _undo.Push(async () =>
        {
            await server.DisposeAsync();
            shredder.Dispose();
        });
    }

    /// <summary>Everything that was sealed before this was called is stored.</summary>
    private async Task SettledAsync(RunningParts parts)
    {
        try
        {
            await Task.WhenAll(parts.Loop.AnsweredAsync(), parts.Delivery.RecordedAsync()).WaitAsync(s_patience, clock);
        }
        catch (TimeoutException)
        {
            throw new StoreException("the event is removed, but the store is too busy to destroy its keys now: the next start of the daemon does");
        }
    }

    private void KeepWhatIsWanted(DataFolder data, SealedBlobs blobs, RunningParts parts, Reload reload)
    {
        var files = new AttachmentExpiry(data.Attachments, blobs, data.Store, data.Sealer);
        var stopping = new CancellationTokenSource();
        var expiry = new Expiry(data.Upkeep, data.Keys, files, () => reload.Running.Config.Keep, parts.Loop.OldestWaitingAsync, telemetry, clock);
        UntilStopped(Task.Run(() => expiry.RunAsync(stopping.Token)), stopping);
    }

    private void WatchConfiguration(Reload reload)
    {
        var stopping = new CancellationTokenSource();
        UntilStopped(settings.Watch.RunAsync(reload.RunAsync, reload.Failed, stopping.Token), stopping);
    }

    /// <summary>First of all: whoever watches sees how the start goes.</summary>
    private async Task ServeHttpAsync(CancellationToken cancellationToken)
    {
        if (settings.First.Config!.Http is { } http)
        {
            _web = await WebSide.StartAsync(http, _state, telemetry, settings.DataFolder, loggers, clock, cancellationToken);
            _undo.Push(_web.DisposeAsync);
            _log.Serving(_web.Address);
        }
    }

    private void ExportTelemetry()
    {
        if (settings.First.Config!.Otlp is { } collector)
        {
            UntilStopped(new OtlpExport(collector, _state, _log.NotExported));
        }
    }

    private void Begins(string what)
    {
        _state.Begins(what);
        manager.Status($"starting: {what}");
    }

    private void BeginWatching(RunningParts parts, Reload reload)
    {
        string Status() => StatusLine.Of(reload.Running, parts.Endpoints.All);
        var liveness = new Liveness(parts.Loop.AnsweredAsync, () => parts.Writer.Committing, clock);
        _state.Runs(new Running(parts, () => reload.Running, liveness));
        manager.Ready(Status());
        UntilStopped(IdleTrim.Start(clock));
        if (manager.Listens)
        {
            var stopping = new CancellationTokenSource();
            UntilStopped(new Heartbeat(manager, liveness, Status, _log.Silent, clock).RunAsync(stopping.Token), stopping);
        }
    }

    private void UntilStopped(IDisposable running) => _undo.Push(() =>
    {
        running.Dispose();
        return ValueTask.CompletedTask;
    });

    private void UntilStopped(Task running, CancellationTokenSource stopping) => _undo.Push(async () =>
    {
        using (stopping)
        {
            await stopping.CancelAsync();
            await running;
        }
    });

    private async Task UndoAsync()
    {
        while (_undo.TryPop(out var undo))
        {
            try
            {
                await undo();
            }
            catch (Exception failure)
            {
                // The rest is taken apart all the same: what was accepted must be committed, and the folder freed.
                _log.StopFailed(failure is StoreException ? failure.Message : failure.GetType().Name);
            }
        }
    }
}
