using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Attachments;

/// <summary>
/// Removes attachments: those whose latest use is longer ago than <c>storage.keep</c> says, those that no event has named within a day, and files that nothing
/// opens any more. What is still owed to somebody stays.
/// </summary>
public sealed class AttachmentExpiry(ISealedFiles files, SealedBlobs blobs, IStore store, Sealer sealer)
{
    private const int DeliveriesPerStep = 100;
    private static readonly TimeSpan s_unnamed = TimeSpan.FromDays(1);

    /// <summary>
    /// Removes those that were used before a time for the last time. How many went, and how many rows could not be opened: while there are such, a file that
    /// nothing seems to name may be theirs, and stays for the day on which the right keys are back. Run while nobody copies the store.
    /// </summary>
    public async Task<(int Gone, int Unread)> RunAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (old, known, unread) = await ReadAsync(row => row.StoredAt < now - s_unnamed || row.StoredAt < before, cancellationToken);
        var owed = old.Count == 0 ? [] : await OwedAsync(before, cancellationToken);
        var gone = 0;
        foreach (var id in old.Where(id => !owed.Contains(id)))
        {
            gone += await blobs.RemoveAsync(id, IsOver, cancellationToken) ? 1 : 0;
        }

        foreach (var (name, _) in files.All().Where(file => unread == 0 && file.MadeAt < now - s_unnamed && !known.Contains(file.Name)).ToList())
        {
            files.Delete(name);
        }

        return (gone, unread);

        bool IsOver(AttachmentRow row, AttachmentUse? use) => use is null ? row.StoredAt < now - s_unnamed : row.StoredAt < before && use.At < before;
    }

    private async Task<(List<BlobId> Old, HashSet<string> Known, int Unread)> ReadAsync(Func<AttachmentRow, bool> isOld, CancellationToken cancellationToken)
    {
        var (old, known, unread) = (new List<BlobId>(), new HashSet<string>(StringComparer.Ordinal), 0);
        await foreach (var found in store.ReadStateAsync(AttachmentRows.Scope, cancellationToken))
        {
            if (AttachmentRows.Open<AttachmentRow>(sealer, found) is { } row)
            {
                known.Add(row.File);
                old.AddRange(isOld(row) ? [row.Id] : []);
            }
            else
            {
                unread++;
            }
        }

        return (old, known, unread);
    }

    /// <summary>What open deliveries of before a time carry; younger ones carry what was used since.</summary>
    private async Task<HashSet<BlobId>> OwedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var owed = new HashSet<BlobId>();
        foreach (var lane in await store.OpenLanesAsync(cancellationToken))
        {
            var after = default(DeliveryId);
            while (await store.OpenInLaneAsync(lane, after, DeliveriesPerStep, cancellationToken) is { Count: > 0 } page && page[0].CreatedAt < before)
            {
                foreach (var id in page.Select(row => row.Event).Distinct())
                {
                    owed.UnionWith(await NamedByAsync(id, cancellationToken));
                }

                after = page[^1].Id;
            }
        }

        return owed;
    }

    private async Task<IEnumerable<BlobId>> NamedByAsync(EventId id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindEventAsync(id, cancellationToken) is { BodyExpired: false } row
                ? NamedBlobs.Of(SealedJson.Read<Arrival>(sealer.Open(RecordKind.Event, RecordId.Of(id), row.Body)).Inbound)
                : [];
        }
        catch (SealException)
        {
            return []; // nobody can send it any more
        }
    }
}
