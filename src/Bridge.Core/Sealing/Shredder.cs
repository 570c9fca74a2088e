using Bridge.Abstractions;
using Bridge.Core.Attachments;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>
/// Destroys single events: its rows go in one transaction that notes the intent; then what shares its keys is sealed anew, a page at a time, and the keys
/// are destroyed. A crash before that transaction leaves the event whole; after it, the next start goes on.
/// </summary>
/// <param name="attachments">Finds the files that go with an event.</param>
/// <param name="settled">Completes when everything sealed before the call is stored: what is under way must be found by the walk.</param>
public sealed class Shredder(
    IStoreUpkeep store, KeyRing keys, Sealer sealer, EventAttachments attachments, Func<Task> settled, Telemetry telemetry, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>How many records were sealed anew; null: there is no such event. Throws <see cref="StoreException"/>.</summary>
    /// <param name="alone">Nobody else works in the store: what is still owed goes, too.</param>
    public async Task<int?> ShredAsync(EventId id, bool alone, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // The rules' memory may have held some of its text, and what it forgot lies about in the file.
            using var held = await store.HoldCopiesAsync(cancellationToken);
            var files = await attachments.OfAsync(id, cancellationToken);
            var also = files.SelectMany(file => AttachmentRows.Remove(file.Id)).ToList();
            if (await store.BeginShredAsync(id, also, keys.StateKeys(), alone, clock.GetUtcNow(), cancellationToken) is not { } shred)
            {
                return null;
            }

            attachments.DeleteFiles(files);
            return await FinishAsync(shred, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finishes what a crash interrupted.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var shred in await store.UnfinishedShredsAsync(cancellationToken))
        {
            using var held = await store.HoldCopiesAsync(cancellationToken);
            await FinishAsync(shred, cancellationToken);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<int> FinishAsync(Shred shred, CancellationToken cancellationToken)
    {
        keys.Retire(shred.Keys);
        await settled();

        // Until a walk finds nothing: no survivor is left behind, whatever happened meanwhile.
        var resealed = 0;
        while (await ResealAsync(shred.Keys, cancellationToken) is > 0 and var some)
        {
            resealed += some;
        }

        keys.Destroy(shred.Keys);
        await store.EndShredAsync(shred.Event, clock.GetUtcNow(), cancellationToken);
        telemetry.Shredded(shred.Event, resealed);
        return resealed;
    }

    private async Task<int> ResealAsync(IReadOnlyList<Guid> under, CancellationToken cancellationToken)
    {
        var count = 0;
        for (SealedPlace? place = default(SealedPlace); place is { } from;)
        {
            var page = await store.SealedUnderAsync(under, from, cancellationToken);
            var envelopes = page.Records.Select(record => (record, Envelope: Reseal(record))).Where(item => item.Envelope is not null).ToList();
            if (envelopes.Count > 0)
            {
                await store.ReplaceAsync([.. envelopes.Select(item => (item.record, item.Envelope!))], cancellationToken);
            }

            count += envelopes.Count;
            place = page.Next;
            await Task.Yield();
        }

        return count;
    }

    /// <summary>Null when it cannot be opened: it is damaged already, and stays as it is.</summary>
    private byte[]? Reseal(SealedRecord record)
    {
        try
        {
            return sealer.Reseal(record.Kind, record.Id, record.Envelope);
        }
        catch (SealException)
        {
            return null;
        }
    }
}
