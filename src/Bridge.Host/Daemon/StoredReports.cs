using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;
using Bridge.Host.Admin;
using Bridge.Host.Cli;

namespace Bridge.Host.Daemon;

/// <summary>Opens what is stored, for the operator at the private socket. What retention has destroyed is shown as gone.</summary>
/// <param name="endpoints">For what keeps a delivery waiting now.</param>
/// <param name="delivery">For the limit that does.</param>
/// <param name="portals">For where a portal is that something is owed to.</param>
internal sealed class StoredReports(IStore store, IStoreUpkeep upkeep, Sealer sealer, IEndpointDirectory endpoints, DeliveryEngine delivery, IPortals portals)
{
    // What somebody may want to do something about: owed, parked, uncertain or dead.
    private static readonly IReadOnlyList<DeliveryState?> s_unsettled =
    [
        DeliveryState.Pending, DeliveryState.HandingOver, DeliveryState.Parked,
        DeliveryState.Uncertain, DeliveryState.Partial, DeliveryState.Failed, DeliveryState.Expired,
    ];

    private const string Destroyed = "(gone: its key was destroyed)";
    private const string Damaged = "(damaged: see bridge check)";
    private const string ExpiredBody = "(expired by storage.keep.attachments)";

    public async Task<TraceReport> TraceAsync(string text, CancellationToken cancellationToken)
    {
        var id = await new EventNames(store).FindAsync(text, cancellationToken);
        var row = await store.FindEventAsync(id, cancellationToken)
            ?? throw await NotStoredAsync(id, cancellationToken);
        var arrival = Opened<Arrival>(RecordKind.Event, RecordId.Of(id), row.Body, out var gone);
        var decision = Opened<Decision>(RecordKind.Decision, RecordId.Of(id), row.Decision, out _);
        var deliveries = await store.DeliveriesOfAsync(id, cancellationToken);
        return new TraceReport(
            id.ToString(),
            row.Kind,
            arrival?.Inbound.Address.Full ?? $"{row.Endpoint}:{(row.BodyExpired ? ExpiredBody : gone)}",
            Word(arrival?.Origin ?? Origin.Network),
            row.ReceivedAt,
            SizeOf(arrival) ?? row.Size,
            [.. (decision?.Routes ?? []).Select(route => new VerdictReport(route.Route, Word(route.Verdict), route.Because, [.. route.Notes]))],
            await ReportAsync(deliveries));
    }

    public async Task<IReadOnlyList<DeliveryReport>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(request.Limit, 1, 10_000);
        var rows = new List<DeliveryRow>();
        foreach (var state in StatesOf(request))
        {
            rows.AddRange(await store.ListDeliveriesAsync(state, limit, cancellationToken));
        }

        return await ReportAsync(rows.OrderByDescending(row => row.Id).Take(limit));
    }

    /// <summary>How many <see cref="ListAsync"/> would give without a limit.</summary>
    public async Task<CountReport> CountAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var counts = await store.CountDeliveriesAsync(cancellationToken);
        return new CountReport(StatesOf(request).Sum(state => state is { } one ? counts.GetValueOrDefault(one) : counts.Values.Sum()));
    }

    public async Task<DeliveryReport> FindAsync(DeliveryId id, CancellationToken cancellationToken) =>
        await store.FindDeliveryAsync(id, cancellationToken) is { } row ? (await ReportAsync([row]))[0] : throw NoDelivery(id);

    public static AdminException NoDelivery(DeliveryId id) => new(AdminErrorCode.NotFound, $"there is no delivery {id}", "see: bridge deliveries list");

    /// <summary>A name of the code as a word for people and programs: <c>handing-over</c>.</summary>
    public static string Word<T>(T name)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(name.ToString());

    /// <summary>Of the payload or the text; null when it is gone or neither.</summary>
    private static int? SizeOf(Arrival? arrival) => arrival?.Inbound.Event switch
    {
        DataReported data => data.Payload.Bytes.Length,
        MessagePosted posted => posted.Parts.OfType<TextPart>().Sum(part => Encoding.UTF8.GetByteCount(part.Text.Value)),
        _ => null,
    };

    private static IReadOnlyList<DeliveryState?> StatesOf(ListRequest request) =>
        request.State is not null ? [StateNamed(request.State)] : request.All ? [null] : s_unsettled;

    /// <summary>Null when its endpoint is not what it waits for.</summary>
    private string? WhyNotSent(DeliveryRow row) =>
        row.State != DeliveryState.Pending ? null
        : endpoints.Find(row.Lane.Endpoint) is { Connected: false, Status: var status }
            ? $"endpoint {row.Lane.Endpoint} is not connected{(status.Reason is null ? "" : $": {status.Reason}")}"
        : delivery.DayOf(row.Lane.Endpoint) is { HeldUntil: { } until, Limit: var limit }
            ? $"the endpoint's daily limit of {limit} is reached; it goes on {Words.Time(until)}"
        : null;

    /// <summary>With the conversations of portals in the place of their names.</summary>
    private async Task<IReadOnlyList<DeliveryReport>> ReportAsync(IEnumerable<DeliveryRow> rows)
    {
        var reports = new List<DeliveryReport>();
        var known = new Dictionary<string, PortalView?>(StringComparer.Ordinal);
        foreach (var report in rows.Select(Report))
        {
            if (!Address.TryParse(report.To, out var to) || !Placeholder.Is(to))
            {
                reports.Add(report);
                continue;
            }

            var name = Placeholder.KeyOf(to);
            var portal = known.TryGetValue(name, out var seen) ? seen : known[name] = await portals.FindAsync(name);
            reports.Add(portal?.Near is { } near ? report with { To = near.Full }
                : report with { Reason = report.Reason ?? $"the portal{(portal?.Request.For is { } far ? $" for {far.Full}" : "")} is not made yet" });
        }

        return reports;
    }

    private DeliveryReport Report(DeliveryRow row)
    {
        var content = Opened<DeliveryContent>(RecordKind.Content, RecordId.Of(row.Id), row.Content, out var gone);
        var progress = row.Progress is null ? null : Opened<DeliveryProgress>(RecordKind.Progress, RecordId.Of(row.Id), row.Progress, out _);
        return new DeliveryReport(
            row.Id.Value,
            row.Event.ToString(),
            content?.To.Full ?? $"{row.Lane.Endpoint}:{gone}",
            content?.Route ?? gone,
            Word(row.State),
            row.Attempts,
            row.CreatedAt,
            [.. (progress?.Steps ?? []).Select(step => new StepReport(step.At, step.What))],
            row.NotBefore,
            WhyNotSent(row) ?? progress?.Reason,
            progress?.Cure);
    }

    /// <summary>Why there is no such event: what is known of those that went.</summary>
    private async Task<AdminException> NotStoredAsync(EventId id, CancellationToken cancellationToken) =>
        await upkeep.FindShredAsync(id, cancellationToken) is { } shred
            ? new AdminException(AdminErrorCode.NotFound, $"event {id} was shredded on {Words.Time(shred.AskedAt)}{(shred.DoneAt is null ? ", which is not finished" : "")}")
        : await upkeep.ExpiredAtAsync(id, cancellationToken) is { } at
            ? new AdminException(AdminErrorCode.NotFound, $"event {id} is not stored: what was accepted at its time expired by storage.keep on {Words.Time(at)}")
        : new AdminException(AdminErrorCode.NotFound, $"no event {id} is stored", "an event that no route concerned is counted, not stored");

    /// <param name="gone">What stands in its place when it cannot be opened.</param>
    private T? Opened<T>(RecordKind kind, UInt128 id, byte[] envelope, out string gone)
        where T : class
    {
        gone = "";
        try
        {
            return SealedJson.Read<T>(sealer.Open(kind, id, envelope));
        }
        catch (SealException failure)
        {
            gone = failure.KeyMissing ? Destroyed : Damaged;
            return null;
        }
    }

    private static DeliveryState? StateNamed(string word) =>
        Enum.GetValues<DeliveryState>().Where(state => Word(state) == word).Select(state => (DeliveryState?)state).FirstOrDefault()
            ?? throw new AdminException(
                AdminErrorCode.Usage, $"there is no delivery state '{word}'", $"states: {string.Join(", ", Enum.GetValues<DeliveryState>().Select(Word))}");
}
