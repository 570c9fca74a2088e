using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>
/// What networks report about deliveries: first made durable as it is, then applied away from the caller. A report may overtake the result it speaks of,
/// and whoever hands it over (the decision loop) must wait neither for that result nor for the lane that records it. It is kept for as long as its delivery
/// is owed, be that days: other parts of it may wait for their turn.
/// </summary>
/// <param name="works">What the engine shares.</param>
/// <param name="apply">Moves the delivery; false when it has no result yet that the report could speak of.</param>
internal sealed class ReportBook(Works works, Func<DeliveryRow, int, DeliveryReported, Task<bool>> apply)
{
    // For a delivery that nobody knows it is looked seven times, for over a minute in all.
    private const int LastLookUp = 6;

    /// <summary>Completes when the report is durable; throws <see cref="StoreException"/> when it could not be stored.</summary>
    public async Task HearAsync(DeliveryReported report)
    {
        var entry = works.Records.Seal(report);
        await works.Writer.WriteAsync([entry]);
        Begin(entry.Key, report);
    }

    /// <summary>Takes up what was heard before the last stop.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in works.Store.ReadStateAsync(SealedDeliveries.ReportScope, cancellationToken))
        {
            if (works.Records.Report(row) is { } report)
            {
                Begin(row.Key, report);
            }
            else
            {
                works.Telemetry.ReportUnreadable();
            }
        }
    }

    private void Begin(BlindIndex key, DeliveryReported report)
    {
        works.Activity.Begin();
        _ = Task.Run(async () =>
        {
            try
            {
                await ApplyAsync(report);
                await works.Writer.WriteAsync([new StoreChange.RemoveState(SealedDeliveries.ReportScope, key)]);
            }
            catch (Exception failure)
            {
                // The store failed, or Bridge is stopping. It is in the store, and heard again after the next start.
                works.Telemetry.ReportWaits(report.Key, failure.GetType().Name);
            }
            finally
            {
                works.Activity.End();
            }
        });
    }

    private async Task ApplyAsync(DeliveryReported report)
    {
        var index = works.Records.ReportIndex(report.Key);
        for (var lookUp = 0; ; lookUp++)
        {
            if (await works.Store.FindNativeAsync(index, works.GaveUp) is { Delivery: { } id } claim && await works.Store.FindDeliveryAsync(id, works.GaveUp) is { } row)
            {
                if (await apply(row, claim.Part, report))
                {
                    return;
                }
            }
            else if (lookUp >= LastLookUp)
            {
                works.Telemetry.ReportUnmatched(report.Key);
                return;
            }

            await works.Activity.PauseAsync(TimeSpan.FromSeconds(1 << Math.Min(lookUp, LastLookUp)), works.Clock, works.GaveUp);
            works.GaveUp.ThrowIfCancellationRequested();
        }
    }
}
