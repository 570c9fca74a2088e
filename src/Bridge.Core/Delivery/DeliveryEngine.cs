using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Delivery;

/// <summary>Hands over what is owed: in order per lane, never silently lost, never doubled where the network can tell. See docs/ARCHITECTURE.md, the journey.</summary>
public sealed class DeliveryEngine : IAsyncDisposable
{
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_last = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_record = TimeSpan.FromSeconds(5);

    private readonly Works _works;
    private readonly Random _random;
    private readonly Lock _randomLock = new();
    private readonly CancellationTokenSource _sending = new();
    private readonly CancellationTokenSource _gaveUp = new();
    private readonly ConcurrentDictionary<EndpointId, Lazy<EndpointLanes>> _endpoints = new();
    private readonly Activity _activity = new();
    private readonly ReportBook _reports;
    private bool _stopped;

    /// <param name="store">Read from.</param>
    /// <param name="writer">The store's one writer.</param>
    /// <param name="sealer">Opens content, seals progress, derives keys.</param>
    /// <param name="endpoints">Asked anew for every step.</param>
    /// <param name="settlement">Told what became of deliveries that hold a cooldown.</param>
    /// <param name="telemetry">Facts.</param>
    /// <param name="clock">The only clock.</param>
    /// <param name="random">For jitter.</param>
    /// <param name="portals">Asked where portals are; null: there are none.</param>
    /// <param name="optOuts">Who may not be written to; null: nobody asked for that.</param>
    public DeliveryEngine(
        IStore store,
        StoreWriter writer,
        Sealer sealer,
        IEndpointDirectory endpoints,
        ISettlement settlement,
        Telemetry telemetry,
        TimeProvider clock,
        Random random,
        IPortals? portals = null,
        OptOuts? optOuts = null)
    {
        _random = random;
        var records = new SealedDeliveries(sealer);
        _works = new Works
        {
            Store = store,
            Writer = writer,
            Records = records,
            Relations = new Relations(store, records),
            Endpoints = endpoints,
            Settlement = settlement,
            Portals = portals ?? new NoPortals(),
            OptOuts = optOuts ?? new OptOuts(),
            Telemetry = telemetry,
            Clock = clock,
            Zone = () => Zone,
            Activity = _activity,
            Sending = _sending.Token,
            GaveUp = _gaveUp.Token,
        };
        _reports = new ReportBook(_works, (row, part, report) => LanesOf(row.Lane.Endpoint).ReportedAsync(row, part, report));
    }

    /// <summary>The zone whose calendar days <c>per_day</c> counts; set again when the configuration changes.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>True when there is nothing to do before an endpoint answers, a time comes, or somebody calls.</summary>
    public bool Quiet => _activity.Quiet;

    /// <summary>Takes up the open deliveries of the store. Called once, before <see cref="Enqueue"/>.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var head = await _works.Store.HeadAsync(cancellationToken);
        var lanes = await _works.Store.OpenLanesAsync(cancellationToken);
        var recovering = lanes.GroupBy(lane => lane.Endpoint).Select(group => LanesOf(group.Key).RecoverAsync([.. group], head.LastDelivery));
        await Task.WhenAll(recovering).WaitAsync(cancellationToken);
        await _reports.RecoverAsync(cancellationToken);
    }

    /// <summary>Takes over deliveries that were just committed: called after each commit, in order. Returns at once.</summary>
    public void Enqueue(IReadOnlyList<QueuedDelivery> deliveries)
    {
        if (deliveries.Count == 0)
        {
            return;
        }

        var first = deliveries[0].Row.Lane.Endpoint;
        if (deliveries.All(delivery => delivery.Row.Lane.Endpoint == first))
        {
            LanesOf(first).Enqueue(deliveries);
            return;
        }

        foreach (var group in deliveries.GroupBy(delivery => delivery.Row.Lane.Endpoint))
        {
            LanesOf(group.Key).Enqueue([.. group]);
        }
    }

    /// <summary>A typing notice: sent now or not at all. Returns at once.</summary>
    public void Pass(DeliveryContent content, Arrival arrival) => LanesOf(content.To.Endpoint).Pass(content, arrival);

    /// <summary>The endpoint connected, disconnected, changed, came or went. Called after the directory shows it; returns at once.</summary>
    public void EndpointChanged(EndpointId endpoint) => LanesOf(endpoint).Changed();

    /// <summary>How much of an endpoint's daily limit is used today; null: it has none, or was not connected yet.</summary>
    public DayUse? DayOf(EndpointId endpoint) => _endpoints.TryGetValue(endpoint, out var lanes) ? lanes.Value.Day?.At(_works.Clock.GetUtcNow(), Zone) : null;

    /// <summary>What stands in the lanes now, by endpoint; of each the <paramref name="most"/> lanes that owe most.</summary>
    public Task<LanesOverview[]> OverviewAsync(int most) => Task.WhenAll(_endpoints.Values.Select(lanes => lanes.Value.OverviewAsync(most)));

    /// <summary>A person wants a delivery sent (again), whatever became of it.</summary>
    public Task<Steered> RetryAsync(DeliveryId id) => SteerAsync(id, lanes => lanes.RetryAsync(id));

    /// <summary>A person gives a delivery up.</summary>
    public Task<Steered> DropAsync(DeliveryId id) => SteerAsync(id, lanes => lanes.DropAsync(id));

    /// <summary>
    /// A network reports on a part. Completes when the report is durable, without waiting for any lane; heard twice it does no harm. Throws
    /// <see cref="StoreException"/> when it could not be stored.
    /// </summary>
    public Task ReportedAsync(DeliveryReported report) => _reports.HearAsync(report);

    /// <summary>Completes when everything that is known now is recorded.</summary>
    public Task RecordedAsync() => Task.WhenAll(_endpoints.Values.Select(lanes => lanes.Value.RecordedAsync()));

    /// <summary>
    /// Sends nothing new, waits up to 10 s for what is in flight, and records what came of it. Called before the decision loop ends: results that hold a
    /// cooldown are recorded once the rules have heard of them.
    /// </summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        var all = _endpoints.Values.Select(lanes => lanes.Value).ToList();
        var drained = Task.WhenAll(all.Select(lanes => lanes.DrainAsync()));
        if (!await WithinAsync(drained, s_drain))
        {
            // What still does not answer has an unknown outcome from here on.
            await _sending.CancelAsync();
            await WithinAsync(drained, s_last);
        }

        if (!await WithinAsync(Task.WhenAll(all.Select(lanes => lanes.RecordedAsync())), s_record))
        {
            _works.Telemetry.ResultsNotRecorded(0, "the store did not take the last results in time", isNews: true);
        }

        await _gaveUp.CancelAsync();
    }

    /// <summary>Leaves everything as it is, as if the process had died at this moment: for tests of what the next start finds.</summary>
    internal void Abandon()
    {
        _gaveUp.Cancel();
        _sending.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var lanes in _endpoints.Values)
        {
            await lanes.Value.DisposeAsync();
        }

        _sending.Dispose();
        _gaveUp.Dispose();
    }

    private async Task<Steered> SteerAsync(DeliveryId id, Func<EndpointLanes, Task<Steered>> wish) =>
        await _works.Store.FindDeliveryAsync(id, _gaveUp.Token) is { } row ? await wish(LanesOf(row.Lane.Endpoint)) : Steered.NotFound;

    private EndpointLanes LanesOf(EndpointId id) =>
        _endpoints.GetOrAdd(id, key => new Lazy<EndpointLanes>(() => new EndpointLanes(key, _works, NewRandom()))).Value;

    /// <summary>Each endpoint its own: <see cref="Random"/> with a seed is not thread-safe.</summary>
    private Random NewRandom()
    {
        lock (_randomLock)
        {
            return new Random(_random.Next());
        }
    }

    private async Task<bool> WithinAsync(Task task, TimeSpan time)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(time, _works.Clock, enough.Token));
        await enough.CancelAsync();
        return task.IsCompleted;
    }
}
