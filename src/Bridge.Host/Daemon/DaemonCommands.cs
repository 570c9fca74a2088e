using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Delivery;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Storage;
using Bridge.Host.Admin;
using Bridge.Host.Cli;

namespace Bridge.Host.Daemon;

/// <summary>What the daemon does for the command line.</summary>
internal sealed class DaemonCommands(
    DaemonSettings settings, RunningParts parts, StoredReports stored, LinkCommands links, Func<RunningConfig> running, Telemetry telemetry, TimeProvider clock)
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    public AdminCommands All() => new AdminCommands()
        .Add<EmitRequest, AcceptedReport>("emit", EmitAsync)
        .Add<SendRequest, AcceptedReport>("send", SendAsync)
        .Add<Nothing, StatusReport>("status", (_, cancellationToken) => StatusAsync(cancellationToken))
        .Add<Nothing, IReadOnlyList<EndpointReport>>("endpoints", (_, _) => Task.FromResult(Endpoints()))
        .Add<EndpointRequest, EndpointReport>("endpoint", (request, _) => Task.FromResult(Endpoint(request.Endpoint)))
        .Add<Nothing, TopReport>("top", async (_, cancellationToken) => await TopReports.OfAsync(await StatusAsync(cancellationToken), parts.Delivery, settings.DataFolder, clock))
        .Add<EventRequest, TraceReport>("trace", (request, cancellationToken) => stored.TraceAsync(request.EventId, cancellationToken))
        .Add<ListRequest, IReadOnlyList<DeliveryReport>>("deliveries", stored.ListAsync)
        .Add<DeliveryRequest, DeliveryReport>("delivery", (request, cancellationToken) => stored.FindAsync(new DeliveryId(request.Delivery), cancellationToken))
        .Add<ListRequest, CountReport>("deliveries-count", stored.CountAsync)
        .Add<DeliveryRequest, DeliveryReport>("delivery-retry", (request, cancellationToken) => SteerAsync(request, "sent again", parts.Delivery.RetryAsync, cancellationToken))
        .Add<DeliveryRequest, DeliveryReport>("delivery-drop", (request, cancellationToken) => SteerAsync(request, "dropped", parts.Delivery.DropAsync, cancellationToken))
        .Add<Nothing, PlacesReport>("places", (_, _) => Task.FromResult(new PlacesReport(settings.AbsoluteConfigPaths, settings.PluginRoots)))
        .Add<ExplainRequest, ExplainReport>("explain", async (request, _) => Explaining.Explain(
            running().Config, settings.Plugins, request, await parts.Loop.MemoryAsync(), (ExplainReport.Daemon, ExplainReport.Daemon), clock))
        .Add<Nothing, MemoryReport>("memory", async (_, _) => MemoryReport.Of(await parts.Loop.MemoryAsync()));

    private async Task<AcceptedReport> EmitAsync(EmitRequest request, CancellationToken cancellationToken)
    {
        var inbound = Accepting.Inbound(running().Config, settings.Plugins, request.Address, request.Text, request.Payload, request.Retain);
        var ids = await Accepting.DurableAsync(parts.Intake.AcceptAsync(inbound.Address.Endpoint, InboundBatch.Of(inbound), Origin.Cli), clock, cancellationToken);
        return new AcceptedReport(ids[0].ToString());
    }

    private async Task<AcceptedReport> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        var (address, plugin) = Accepting.Check(running().Config, settings.Plugins, request.Address);
        var content = Accepting.Content(plugin, request.Text, request.Payload);
        if (!plugin.Carries.HasFlag(EventFeature.Data) && content is DataReported)
        {
            throw new AdminException(AdminErrorCode.Usage, $"endpoint {address.Endpoint} carries messages, not data", "send a TEXT instead of --payload");
        }

        var options = (request.Options ?? new Dictionary<string, string>()).Select(option => CheckOption(plugin, option.Key, option.Value));
        if (!Enum.TryParse<Severity>(request.Severity ?? nameof(Severity.Notice), ignoreCase: true, out var severity) || !Enum.IsDefined(severity))
        {
            throw new AdminException(AdminErrorCode.Usage, "there is no such severity", "one of: info, notice, warning, critical");
        }

        var id = await Accepting.DurableAsync(parts.Intake.SendAsync(address, content, severity, EquatableArray.From(options)), clock, cancellationToken);
        return new AcceptedReport(id.ToString());
    }

    private static Property CheckOption(PluginDescription plugin, string name, string value)
    {
        var known = plugin.DestinationOptions.FirstOrDefault(option => option.Name == name);
        return known is null ? throw new AdminException(AdminErrorCode.Usage, $"the plugin {plugin.Name} knows no option '{name}'",
                $"options: {string.Join(", ", plugin.DestinationOptions.Select(option => option.Name).DefaultIfEmpty("none"))}")
            : known.Allowed.Contains(value) ? new Property(name, value)
            : throw new AdminException(AdminErrorCode.Usage, $"the option '{name}' cannot have that value", $"one of: {string.Join(", ", known.Allowed)}");
    }

    private async Task<StatusReport> StatusAsync(CancellationToken cancellationToken)
    {
        var config = running();
        var counts = await parts.Store.CountDeliveriesAsync(cancellationToken);
        var overview = await links.OverviewAsync();
        return new StatusReport(
            Product.Version,
            Environment.ProcessId,
            _startedAt,
            settings.DataFolder,
            config.Read.Files,
            config.Generation,
            Endpoints(),
            counts.OrderBy(count => count.Key).ToDictionary(count => StoredReports.Word(count.Key), count => count.Value),
            [.. telemetry.Totals.OrderBy(total => total.Key).Select(total => new CounterReport(total.Key.Name, total.Key.Label, total.Value))],
            config.Refused,
            overview.Summary(),
            overview.Silences() is { Count: > 0 } silences ? silences : null);
    }

    private IReadOnlyList<EndpointReport> Endpoints()
    {
        var plugins = running().Config.Endpoints.ToDictionary(endpoint => endpoint.Id, endpoint => endpoint.Plugin);
        return [.. parts.Endpoints.All.Select(handle => Report(handle, plugins.GetValueOrDefault(handle.Id, "")))];
    }

    private EndpointReport Endpoint(string name) => Endpoints().FirstOrDefault(endpoint => endpoint.Name == name)
        ?? throw new AdminException(AdminErrorCode.NotFound, "there is no endpoint of that name", "see: bridge status");

    private EndpointReport Report(EndpointHandle handle, string plugin) => new(
        handle.Id.Value,
        plugin,
        StoredReports.Word(handle.Status.Phase),
        handle.Status.Since,
        handle.Facts.All,
        handle.Status.Reason,
        handle.Status.Phase == EndpointPhase.Disabled ? null : handle.ParkReason,
        parts.Delivery.DayOf(handle.Id) is { } day ? new DayReport(day.Spent, day.Limit, day.HeldUntil) : null,
        parts.Loop.OptOuts.CountOf(handle.Id),
        handle.Figures is { Count: > 0 } figures ? [.. figures.Select(figure => new FigureReport(figure.Name, figure.Value, figure.Words, figure.Part))] : null);

    private async Task<DeliveryReport> SteerAsync(
        DeliveryRequest request, string wish, Func<DeliveryId, Task<Steered>> steer, CancellationToken cancellationToken)
    {
        var id = new DeliveryId(request.Delivery);
        return await steer(id) switch
        {
            Steered.Done => await stored.FindAsync(id, cancellationToken),
            Steered.InHand => throw new AdminException(AdminErrorCode.Failed, $"delivery {id} is being handed over at this moment", "look again in a few seconds"),
            Steered.Impossible => throw new AdminException(AdminErrorCode.Failed, $"delivery {id} is {(await stored.FindAsync(id, cancellationToken)).State}: it cannot be {wish}", $"see: bridge trace {id}"),
            _ => throw StoredReports.NoDelivery(id),
        };
    }
}
