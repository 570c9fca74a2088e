using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Sending;

/// <summary>Brings the file of a message to the homeserver before the message.</summary>
internal sealed class Attaching(Session session, MediaUploader uploader)
{
    /// <summary>
    /// Where the homeserver keeps it; or what becomes of the message without it. An upload shows nothing to anybody: a failure of it is never uncertain.
    /// </summary>
    public async Task<(string? Address, SendResult? Failure)> UploadAsync(AttachmentPart part, CancellationToken cancellationToken)
    {
        try
        {
            var address = part.Blob is { } blob
                ? await uploader.UploadAsync(blob, part.Name.Value, part.ContentType, part.Size, session.Bot, cancellationToken)
                : null;
            return address is null ? (null, new SendResult.Refused("the file's bytes are no longer kept")) : (address, null);
        }
        catch (UnreadableFileException)
        {
            return (null, new SendResult.Refused(
                "the file cannot be read where Bridge keeps it: it is damaged, or the disk fails",
                "'bridge check' says more; restore the data from a backup, or send the file again"));
        }
        catch (MatrixException failure)
        {
            return (null, failure.IsOutage ? new SendResult.Deferred(failure.Message, failure.RetryAfter) : Answers.Of(failure));
        }
    }
}
