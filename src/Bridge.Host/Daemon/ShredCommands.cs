using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>What <c>bridge shred</c> does: in the daemon, or in the command itself when no daemon has the folder.</summary>
/// <param name="running">Null: nobody else works in the store.</param>
internal sealed class ShredCommands(IStore store, Shredder shredder, RunningParts? running)
{
    public async Task<ShredReport> ShredAsync(EventRequest request, CancellationToken cancellationToken)
    {
        var id = await new EventNames(store).FindAsync(request.EventId, cancellationToken);
        if (running is not null)
        {
            await GiveUpAsync(running, id, cancellationToken);
        }

        return await shredder.ShredAsync(id, alone: running is null, cancellationToken) is { } resealed
            ? new ShredReport(id.ToString(), resealed)
            : throw new AdminException(AdminErrorCode.NotFound, $"no event {id} is stored", "it may have expired, or been shredded before: bridge trace tells");
    }

    /// <summary>Nobody may be about to send it, or to decide about it, when it goes.</summary>
    private async Task GiveUpAsync(RunningParts parts, EventId id, CancellationToken cancellationToken)
    {
        if ((await parts.Loop.MemoryAsync()).IsWaiting(id))
        {
            throw new AdminException(AdminErrorCode.Failed, $"event {id} waits for what must come before it, 10 minutes at most", "try again then");
        }

        foreach (var delivery in (await store.DeliveriesOfAsync(id, cancellationToken)).Where(delivery => delivery.State < DeliveryState.Sent))
        {
            if (await parts.Delivery.DropAsync(delivery.Id) == Steered.InHand)
            {
                throw new AdminException(AdminErrorCode.Failed, $"delivery {delivery.Id} of it is being handed over at this moment", "try again in a few seconds");
            }
        }
    }
}

internal static class ShredCommandTable
{
    public static AdminCommands AddShred(this AdminCommands table, ShredCommands shred) => table.Add<EventRequest, ShredReport>("shred", async (request, cancellationToken) =>
    {
        try
        {
            return await shred.ShredAsync(request, cancellationToken);
        }
        catch (StoreException failure)
        {
            throw new AdminException(AdminErrorCode.Failed, failure.Message);
        }
    });
}
