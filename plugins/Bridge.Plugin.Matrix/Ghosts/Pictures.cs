using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Ghosts;

/// <summary>Pictures of people and rooms, brought to the homeserver.</summary>
internal sealed class Pictures(Session session, MediaUploader uploader)
{
    private const int Longest = 10_000_000;

    /// <summary>Where the homeserver keeps it; null when it cannot be had or is no picture. A picture is never worth a message: no failure of it is one of the message.</summary>
    public async ValueTask<string?> AddressOfAsync(BlobId picture, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(picture, cancellationToken) is { } look
                ? await uploader.UploadAsync(picture, "picture", look.ContentType, look.Size, session.Bot, cancellationToken)
                : null;
        }
        catch (MatrixException)
        {
            return null; // tried again with the next message
        }
        catch (IOException)
        {
            return null; // damaged at rest
        }
    }

    /// <summary>Homeservers make thumbnails of what is called a picture only, so its kind is read from its first bytes; and they want to know its length.</summary>
    private async Task<(string ContentType, long Size)?> LookAsync(BlobId picture, CancellationToken cancellationToken)
    {
        await using var content = await session.Context.Blobs.OpenAsync(picture, cancellationToken);
        if (content is null)
        {
            return null;
        }

        var buffer = new byte[64 * 1024];
        var read = await content.ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false, cancellationToken);
        var type = TypeOf(buffer.AsSpan(0, read));
        var size = (long)read;
        while (size <= Longest && (read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            size += read;
        }

        return type is null || size > Longest ? null : (type, size);
    }

    private static string? TypeOf(ReadOnlySpan<byte> first) => first switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };
}
