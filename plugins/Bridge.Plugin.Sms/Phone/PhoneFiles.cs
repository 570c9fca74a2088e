using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Brings the files of an MMS into the blob store. The phone has fetched the MMS, and sends its files with its call.</summary>
internal sealed class PhoneFiles(IBlobs blobs)
{
    /// <summary>Of a call, in bytes: operators carry MMS of some hundred kB up to a few MB, and base64 is a third more.</summary>
    public const long MostBytes = 8_000_000;

    // How the parts of the message are laid out on a screen; nobody has a use for it.
    private const string Layout = "application/smil";

    /// <summary>A file whose bytes did not come is a line behind the text.</summary>
    public async Task<(EquatableArray<AttachmentPart> Brought, IReadOnlyList<string> Lines)> BringAsync(WebhookPayload payload, CancellationToken cancellationToken)
    {
        var brought = new List<AttachmentPart>();
        var lines = new List<string>();
        foreach (var file in (payload.Attachments ?? []).OfType<WebhookFile>().Where(file => file.ContentType != Layout))
        {
            if (BytesOf(file) is { } bytes)
            {
                var stored = await blobs.StoreAsync(new MemoryStream(bytes, writable: false), MostBytes, cancellationToken);
                brought.Add(MmsFile.Of(file.Name, brought.Count + 1, MmsFile.TypeOf(file.ContentType), stored));
            }
            else
            {
                lines.Add($"[{MmsFile.TypeOf(file.ContentType)}, on the phone]");
            }
        }

        return (EquatableArray.From(brought), lines);
    }

    private static byte[]? BytesOf(WebhookFile file)
    {
        var bytes = new byte[(file.Data?.Length ?? 0) / 4 * 3];
        return file.Data is { Length: > 0 } data && Convert.TryFromBase64String(data, bytes, out var length) ? bytes[..length] : null;
    }
}
