using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>What became of one part, by the network.</summary>
/// <param name="Key">Of its delivery.</param>
/// <param name="Number">Which part; from 1.</param>
/// <param name="Total">Of how many; at most 255.</param>
/// <param name="IsDelivered">On the phone; otherwise the network gave up.</param>
/// <param name="Why">Of a failure: for the operator, without text and numbers.</param>
internal sealed record PartReport(DeliveryKey Key, int Number, int Total, bool IsDelivered, string? Why)
{
    /// <summary>Seen by the recipient, where the network tells that of whole messages.</summary>
    public bool IsRead { get; init; }
}

/// <summary>Which parts of a message are known to have arrived.</summary>
internal sealed record PartsDelivered(DateTimeOffset At, IReadOnlyList<int> Numbers) : IDated
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "report/";
}

/// <summary>Makes one report of the reports on single parts: delivered when all are, failed as soon as one is.</summary>
internal sealed class ReportDesk(EndpointContext context, IInbox inbox) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Completes when it is durable.</summary>
    public Task TakeAsync(PartReport report, CancellationToken cancellationToken) => TakeAsync(report, null, cancellationToken);

    /// <summary>As the other; with a change of state that holds if and only if the report counts.</summary>
    public async Task TakeAsync(PartReport report, StateChange? change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var batch = await BatchOfAsync(report, cancellationToken);
            await inbox.AcceptAsync(change is null ? batch : batch with { State = [.. batch.State, change] });
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<InboundBatch> BatchOfAsync(PartReport report, CancellationToken cancellationToken)
    {
        var place = PartsDelivered.Prefix + report.Key.Value;
        if (!report.IsDelivered)
        {
            return new InboundBatch([EventOf(report, DeliveryOutcome.Failed)], []);
        }

        if (report.Total == 1)
        {
            return new InboundBatch([EventOf(report, report.IsRead ? DeliveryOutcome.Read : DeliveryOutcome.Delivered)], []);
        }

        var known = await context.State.GetAsync(place, cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes.Span, StateJson.Default.PartsDelivered)?.Numbers : null;
        var numbers = (known ?? []).Append(report.Number).Distinct().ToList();
        return numbers.Count < report.Total
            ? InboundBatch.Of(new StateChange(place, JsonSerializer.SerializeToUtf8Bytes(new PartsDelivered(context.Clock.GetUtcNow(), numbers), StateJson.Default.PartsDelivered)))
            : new InboundBatch([EventOf(report, DeliveryOutcome.Delivered)], [new StateChange(place, null)]);
    }

    /// <summary>Core finds the delivery by its key; that the number is not needed keeps it out of the URLs that the network calls.</summary>
    private Inbound EventOf(PartReport report, DeliveryOutcome outcome) => new()
    {
        Address = new Address(context.Id, "report"),
        Event = new DeliveryReported(report.Key, outcome, Why: report.Why),
    };
}
