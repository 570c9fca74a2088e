using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>
/// What is owed in a restored store may have been handed over after the backup was made. Each such delivery gets that doubt written down, so that law 3
/// decides when its turn comes: Harmless goes out again, Keyed within its window or after asking the network, and the rest becomes <c>uncertain</c>.
/// </summary>
public static class RestoredDeliveries
{
    private const int Page = 500;
    private const int MostSteps = 20;

    /// <summary>Before any lane begins. Doing it twice does no harm. Gives how many deliveries are in doubt.</summary>
    /// <param name="store">The restored one.</param>
    /// <param name="sealer">Opens and seals.</param>
    /// <param name="madeAt">When the backup was made.</param>
    /// <param name="now">For the step that <c>trace</c> shows.</param>
    /// <param name="cancellationToken">Ends it early; the next call goes on.</param>
    public static async Task<int> DoubtAsync(
        IStore store, Sealer sealer, DateTimeOffset madeAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var records = new SealedDeliveries(sealer);
        var doubted = 0;
        foreach (var lane in await store.OpenLanesAsync(cancellationToken))
        {
            var after = new DeliveryId(0);
            while (await store.OpenInLaneAsync(lane, after, Page, cancellationToken) is { Count: > 0 } rows)
            {
                var changes = rows.Select(row => Doubt(records, row, madeAt, now)).OfType<StoreChange>().ToList();
                await store.CommitAsync(changes, cancellationToken);
                doubted += changes.Count;
                after = rows[^1].Id;
            }
        }

        return doubted;
    }

    private static StoreChange.MoveDelivery? Doubt(SealedDeliveries records, DeliveryRow row, DateTimeOffset madeAt, DateTimeOffset now)
    {
        try
        {
            var (content, progress) = (records.Content(row), records.Progress(row));
            if (progress.DoubtSince is not null)
            {
                return null;
            }

            // As early as it can have been sent: the network's memory of a key begins there.
            var step = new DeliveryStep(now, $"restored from a backup made {madeAt:u}: it may have been sent since");
            progress = progress with { DoubtSince = row.NotBefore ?? row.CreatedAt, Steps = EquatableArray.From(progress.Steps.Append(step).TakeLast(MostSteps)) };
            return new StoreChange.MoveDelivery(
                row.Id, row.State, row.Attempts, row.NotBefore, records.Sealing(row.Id, row.Lane, row.CreatedAt, progress, content.Content is DataReported)());
        }
        catch (SealException)
        {
            return null; // its lane finds that out too, and says so
        }
    }
}
