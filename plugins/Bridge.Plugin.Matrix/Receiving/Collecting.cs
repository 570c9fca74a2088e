using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Media;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>Fetches the file of a message before the message is handed over: what names bytes must have them.</summary>
internal sealed class Collecting(Session session, MediaFetcher fetcher)
{
    private const int Tries = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    /// <summary>The same message with its bytes; without them when they are not to be had, and its line says so.</summary>
    public async ValueTask<Inbound> WithBytesAsync(RoomEvent happened, Inbound mapped, CancellationToken cancellationToken)
    {
        if (mapped.Event is not MessagePosted { Parts: [AttachmentPart part] } posted)
        {
            return mapped;
        }

        var most = session.Options.MaxMedia.Bytes;
        var fetched = part.Size > most
            ? new Fetched.Missing("the medium is larger than allowed")
            : await FetchAsync(Attachments.SourceOf(happened.Content), part, most, cancellationToken);
        if (fetched is not Fetched.Kept kept)
        {
            session.Context.Drops.Dropped("the bytes of a file that could not be fetched: its message goes on without them");
            return mapped;
        }

        var whole = part with { Blob = kept.Blob.Id, Size = kept.Blob.Size, ContentType = kept.ContentType };
        return mapped with { Event = posted with { Parts = [whole] } };
    }

    private async Task<Fetched> FetchAsync(string? address, AttachmentPart part, long most, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var fetched = await fetcher.FetchAsync(address, session.Bot, part.ContentType, part.ShownAs, most, cancellationToken);
            if (fetched is not Fetched.Later later || tries == Tries || later.After > s_longestPause)
            {
                return fetched;
            }

            await Task.Delay(later.After ?? s_pause * tries, session.Context.Clock, cancellationToken);
        }
    }
}
