using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;
using Bridge.Host.Daemon;
using Bridge.Host.Health;

namespace Bridge.Host.Metrics;

/// <summary>How things stand now, read anew for each scrape.</summary>
internal sealed class StateGauges(Running running, string dataFolder, TimeProvider clock)
{
    private static readonly string[] s_files = ["store.db", "store.db-wal", "keys.db", "keys.db-wal"];

    public async Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken cancellationToken) =>
    [
        .. Configuration(),
        .. Endpoints(),
        .. OwnFigures(),
        .. await DeliveriesAsync(cancellationToken),
        .. Store(),
    ];

    private IEnumerable<MetricFamily> Configuration()
    {
        var config = running.Config();
        yield return MetricFamily.Gauge("bridge_config_generation", "generation of the configuration in force", Sample.Of(config.Generation));
        yield return MetricFamily.Gauge("bridge_config_info", "configuration in force; equal hashes are equal rules and settings", Sample.Of(1, ("hash", config.Hash)));
        yield return MetricFamily.Gauge("bridge_config_reload_refused", "1 when the latest reload was refused", Sample.Of(config.Refused is null ? 0 : 1));
        yield return MetricFamily.Gauge("bridge_routes", "routes in force", Sample.Of(config.Config.Routes.Count));
    }

    private IEnumerable<MetricFamily> Endpoints()
    {
        var all = running.Parts.Endpoints.All;
        yield return MetricFamily.Gauge(
            "bridge_endpoint_up", "1 when the endpoint is connected",
            [.. all.Select(one => Sample.Of(one.Status.Phase == EndpointPhase.Connected ? 1 : 0, ("endpoint", one.Id.Value)))]);
        yield return MetricFamily.Gauge(
            "bridge_endpoint_state", "1 for the state that the endpoint is in",
            [.. all.Select(one => Sample.Of(1, ("endpoint", one.Id.Value), ("state", StoredReports.Word(one.Status.Phase))))]);
        yield return MetricFamily.Gauge(
            "bridge_endpoint_state_seconds", "for how long it has been in that state",
            [.. all.Select(one => Sample.Of((clock.GetUtcNow() - one.Status.Since).TotalSeconds, ("endpoint", one.Id.Value)))]);
        yield return MetricFamily.Gauge(
            "bridge_endpoint_opted_out", "addresses of the endpoint that asked not to be written to",
            [.. all.Select(one => Sample.Of(running.Parts.Loop.OptOuts.CountOf(one.Id), ("endpoint", one.Id.Value)))]);
        var days = all.Select(one => (one.Id, Day: running.Parts.Delivery.DayOf(one.Id))).Where(one => one.Day is not null).ToList();
        yield return MetricFamily.Gauge(
            "bridge_endpoint_day_spent", "what was spent today of limits.per_day, in the units that it counts",
            [.. days.Select(one => Sample.Of(one.Day!.Spent, ("endpoint", one.Id.Value)))]);
        yield return MetricFamily.Gauge("bridge_endpoint_day_limit", "limits.per_day", [.. days.Select(one => Sample.Of(one.Day!.Limit, ("endpoint", one.Id.Value)))]);
        yield return MetricFamily.Gauge(
            "bridge_endpoint_day_held", "1 when deliveries wait for the next day because limits.per_day is reached",
            [.. days.Select(one => Sample.Of(one.Day!.HeldUntil is null ? 0 : 1, ("endpoint", one.Id.Value)))]);
    }

    /// <summary>What the endpoints say of themselves; one family for all endpoints of a plugin.</summary>
    private IEnumerable<MetricFamily> OwnFigures()
    {
        var plugins = running.Config().Config.Endpoints.ToDictionary(endpoint => endpoint.Id, endpoint => endpoint.Plugin);
        return
            from one in running.Parts.Endpoints.All
            from figure in one.Figures
            where plugins.ContainsKey(one.Id)
            group (one.Id, figure) by $"bridge_{plugins[one.Id].Replace('-', '_')}_{figure.Name}" into family
            select MetricFamily.Gauge(family.Key, family.First().figure.Help, [.. family.Select(each => SampleOf(each.Id, each.figure))]);

        static Sample SampleOf(EndpointId id, Figure figure) => figure.Part is { } part
            ? Sample.Of(figure.Value, ("endpoint", id.Value), ("part", part))
            : Sample.Of(figure.Value, ("endpoint", id.Value));
    }

    private async Task<IEnumerable<MetricFamily>> DeliveriesAsync(CancellationToken cancellationToken)
    {
        var counts = await running.Parts.Store.CountDeliveriesAsync(cancellationToken);
        var open = await running.Parts.Store.OpenByEndpointAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return
        [
            MetricFamily.Gauge(
                "bridge_deliveries", "deliveries by state; uncertain, partial, failed and expired ones wait for a person",
                [.. Enum.GetValues<DeliveryState>().Select(state => Sample.Of(counts.GetValueOrDefault(state), ("state", StoredReports.Word(state))))]),
            MetricFamily.Gauge("bridge_open_deliveries", "deliveries not handed over yet", PerEndpoint(of => of.Deliveries)),
            MetricFamily.Gauge("bridge_open_lanes", "lanes with an open delivery", PerEndpoint(of => of.Lanes)),
            MetricFamily.Gauge("bridge_oldest_open_delivery_seconds", "age of the oldest open delivery", PerEndpoint(of => Math.Max(0, (now - of.OldestAt).TotalSeconds))),
        ];

        List<Sample> PerEndpoint(Func<OpenDeliveries, double> figure) => [.. open.Select(of => Sample.Of(figure(of), ("endpoint", of.Endpoint.Value)))];
    }

    private IEnumerable<MetricFamily> Store()
    {
        yield return MetricFamily.Gauge("bridge_store_failing", "1 when the latest commit failed", Sample.Of(running.Parts.Writer.Failure is null ? 0 : 1));
        yield return MetricFamily.Gauge(
            "bridge_store_bytes", "sizes of the database files",
            [.. s_files.Select(file => Path.Combine(dataFolder, file)).Select(file => Sample.Of(SizeOf(file), ("file", Path.GetFileName(file))))]);
        yield return MetricFamily.Gauge("bridge_disk_free_bytes", "free for Bridge on the disk of the data folder", Sample.Of(new DriveInfo(dataFolder).AvailableFreeSpace));
    }

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
