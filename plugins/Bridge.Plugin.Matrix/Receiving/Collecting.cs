using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Media;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>Fetches the file of a message before the message is handed over: what names bytes must have them.</summary>
internal sealed class Collecting(Session session, MediaFetcher fetcher, FilePatience patience)
{
    private const int AtOnce = 8;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly Fetched.Missing s_late = new("the medium did not come in time");

    /// <summary>The same for all of a lot, some of them at a time: several that do not come hold up the rest no longer than one.</summary>
    /// <param name="lot">Messages and others.</param>
    /// <param name="cancellationToken">Whoever waits has gone.</param>
    /// <param name="time">For all of them; null: each has its own.</param>
    public async Task<Inbound[]> WithBytesAsync(
        IReadOnlyList<(RoomEvent Happened, Inbound Inbound)> lot, CancellationToken cancellationToken, TimeSpan? time = null)
    {
        using var over = new CancellationTokenSource(time ?? Timeout.InfiniteTimeSpan, session.Context.Clock);
        var whole = new Inbound[lot.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0, lot.Count, options, async (at, ending) => whole[at] = await WithBytesAsync(lot[at].Happened, lot[at].Inbound, over.Token, ending));
        return whole;
    }

    /// <summary>The same message with its bytes; without them when they are not to be had, and its line says so.</summary>
    public ValueTask<Inbound> WithBytesAsync(RoomEvent happened, Inbound mapped, CancellationToken cancellationToken) =>
        WithBytesAsync(happened, mapped, over: CancellationToken.None, cancellationToken);

    private async ValueTask<Inbound> WithBytesAsync(RoomEvent happened, Inbound mapped, CancellationToken over, CancellationToken cancellationToken)
    {
        if (mapped.Event is not MessagePosted { Parts: [AttachmentPart part] } posted)
        {
            return mapped;
        }

        var most = session.Options.MaxMedia.Bytes;
        var fetched = part.Size > most
            ? new Fetched.Missing("the medium is larger than allowed")
            : await FetchAsync(happened, part, most, over, cancellationToken);
        if (fetched is not Fetched.Kept kept)
        {
            session.Context.Drops.Dropped("the bytes of a file that could not be fetched: its message goes on without them");
            return mapped;
        }

        var whole = part with { Blob = kept.Blob.Id, Size = kept.Blob.Size, ContentType = kept.ContentType };
        return mapped with { Event = posted with { Parts = [whole] } };
    }

    private async Task<Fetched> FetchAsync(
        RoomEvent happened, AttachmentPart part, long most, CancellationToken over, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, cancellationToken);
        try
        {
            return await FetchAsync(happened, part, most, either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return s_late;
        }
    }

    /// <summary>What is not to be had now is waited for, as far as the event has time left: everything behind it waits too.</summary>
    private async Task<Fetched> FetchAsync(RoomEvent happened, AttachmentPart part, long most, CancellationToken cancellationToken)
    {
        var address = Attachments.SourceOf(happened.Content);
        while (patience.LeftFor(happened.Id) > TimeSpan.Zero || fetcher.IsComing(address))
        {
            var fetched = await fetcher.FetchAsync(address, session.Bot, part.ContentType, part.ShownAs, most, cancellationToken);
            if (fetched is not Fetched.Later later)
            {
                patience.Forget(happened.Id);
                return fetched;
            }

            var pause = later.After ?? s_pause;
            if (pause > patience.LeftFor(happened.Id))
            {
                break;
            }

            await Task.Delay(pause, session.Context.Clock, cancellationToken);
        }

        return s_late;
    }
}
