using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>Opens what is stored, for the operator at the private socket. What retention has destroyed is shown as gone.</summary>
internal sealed class StoredReports(IStore store, Sealer sealer)
{
    private const string Gone = "(gone: its key was destroyed)";

    public async Task<TraceReport> TraceAsync(string text, CancellationToken cancellationToken)
    {
        var id = await new EventNames(store).FindAsync(text, cancellationToken);
        var row = await store.FindEventAsync(id, cancellationToken)
            ?? throw new AdminException(AdminErrorCode.NotFound, $"no event {id} is stored", "an event that no route concerned is counted, not stored");
        var arrival = Opened<Arrival>(RecordKind.Event, RecordId.Of(id), row.Body);
        var decision = Opened<Decision>(RecordKind.Decision, RecordId.Of(id), row.Decision);
        var deliveries = await store.DeliveriesOfAsync(id, cancellationToken);
        return new TraceReport(
            id.ToString(),
            row.Kind,
            arrival?.Inbound.Address.Full ?? $"{row.Endpoint}:{Gone}",
            Word(arrival?.Origin ?? Origin.Network),
            row.ReceivedAt,
            row.Size,
            [.. (decision?.Routes ?? []).Select(route => new VerdictReport(route.Route, Word(route.Verdict), route.Because, [.. route.Notes]))],
            [.. deliveries.Select(Report)]);
    }

    public async Task<IReadOnlyList<DeliveryReport>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var rows = await store.ListDeliveriesAsync(StateNamed(request.State), Math.Clamp(request.Limit, 1, 10_000), cancellationToken);
        return [.. rows.Select(Report)];
    }

    public async Task<DeliveryReport> FindAsync(DeliveryId id, CancellationToken cancellationToken) =>
        await store.FindDeliveryAsync(id, cancellationToken) is { } row ? Report(row) : throw NoDelivery(id);

    public static AdminException NoDelivery(DeliveryId id) => new(AdminErrorCode.NotFound, $"there is no delivery {id}", "see: bridge deliveries list");

    /// <summary>A name of the code as a word for people and programs: <c>handing-over</c>.</summary>
    public static string Word<T>(T name)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(name.ToString());

    private DeliveryReport Report(DeliveryRow row)
    {
        var content = Opened<DeliveryContent>(RecordKind.Content, RecordId.Of(row.Id), row.Content);
        var progress = row.Progress is null ? null : Opened<DeliveryProgress>(RecordKind.Progress, RecordId.Of(row.Id), row.Progress);
        return new DeliveryReport(
            row.Id.Value,
            row.Event.ToString(),
            content?.To.Full ?? $"{row.Lane.Endpoint}:{Gone}",
            content?.Route ?? Gone,
            Word(row.State),
            row.Attempts,
            row.CreatedAt,
            [.. (progress?.Steps ?? []).Select(step => new StepReport(step.At, step.What))],
            row.NotBefore,
            progress?.Reason,
            progress?.Cure);
    }

    private T? Opened<T>(RecordKind kind, UInt128 id, byte[] envelope)
        where T : class
    {
        try
        {
            return SealedJson.Read<T>(sealer.Open(kind, id, envelope));
        }
        catch (SealException failure) when (failure.KeyMissing)
        {
            return null;
        }
    }

    private static DeliveryState? StateNamed(string? word) => word is null ? null
        : Enum.GetValues<DeliveryState>().Where(state => Word(state) == word).Select(state => (DeliveryState?)state).FirstOrDefault()
            ?? throw new AdminException(
                AdminErrorCode.Usage, $"there is no delivery state '{word}'", $"states: {string.Join(", ", Enum.GetValues<DeliveryState>().Select(Word))}");
}
