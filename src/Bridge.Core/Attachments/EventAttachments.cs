using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Attachments;

/// <summary>The attachments of one event, for its destruction: their rows go with its own, and then nothing opens their files.</summary>
public sealed class EventAttachments(IStore store, Sealer sealer, ISealedFiles files)
{
    /// <summary>The files that were sent with it; not its sender's picture, which others show, too.</summary>
    public async ValueTask<IReadOnlyList<AttachmentRow>> OfAsync(EventId id, CancellationToken cancellationToken)
    {
        var rows = new List<AttachmentRow>();
        foreach (var blob in (await NamedAsync(id, cancellationToken)).Distinct())
        {
            if (await AttachmentRows.FindAsync(store, sealer, blob, cancellationToken) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>The rows are gone. A crash in between leaves files that nothing opens; retention finds them.</summary>
    public void DeleteFiles(IReadOnlyList<AttachmentRow> rows)
    {
        foreach (var row in rows)
        {
            files.Delete(row.File);
        }
    }

    private async ValueTask<IEnumerable<BlobId>> NamedAsync(EventId id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindEventAsync(id, cancellationToken) is { BodyExpired: false } row
                ? NamedBlobs.Of(SealedJson.Read<Arrival>(sealer.Open(RecordKind.Event, RecordId.Of(id), row.Body)).Inbound.Event)
                : [];
        }
        catch (SealException)
        {
            return []; // what cannot be opened names nothing any more
        }
    }
}
