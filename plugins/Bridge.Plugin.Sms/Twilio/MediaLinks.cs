using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>
/// Links by which Twilio fetches a file of ours. It logs in nowhere, so a link is the permission itself: signed, for one file, and for the hours in which Twilio may come.
/// </summary>
internal sealed class MediaLinks(EndpointContext context, Uri callback, Secret token)
{
    /// <summary>The path below the callback.</summary>
    public const string Path = "media";

    // Twilio fetches a file when it takes the message; a message that waits in its queue (four hours at most) is fetched again.
    private static readonly TimeSpan s_life = TimeSpan.FromHours(6);

    // The calls are signed with the token itself.
    private readonly byte[] _key = HMACSHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal()), "bridge media links"u8);

    public string UrlOf(AttachmentPart file)
    {
        var (blob, type) = (file.Blob!.Value, TypeOf(file));
        var until = (context.Clock.GetUtcNow() + s_life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{callback.AbsoluteUri.TrimEnd('/')}/{Path}?file={Uri.EscapeDataString(blob.Value)}&type={Uri.EscapeDataString(type)}&until={until}&mark={MarkOf(blob.Value, type, until)}";
    }

    /// <summary>Whether it is a link of ours that was called, and one that still holds.</summary>
    public bool Permits(HttpCall call) => call.Path.Trim('/') == Path && Read(call) is not null;

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken)
    {
        if (call.Method is not ("GET" or "HEAD"))
        {
            return new HttpReply(405, default, "text/plain");
        }

        if (Read(call) is not var (blob, type))
        {
            context.Drops.Dropped("a call for a file without a link that holds");
            return new HttpReply(403, default, "text/plain");
        }

        await using var content = await context.Blobs.OpenAsync(blob, cancellationToken);
        if (content is null)
        {
            return new HttpReply(404, default, "text/plain");
        }

        using var body = new MemoryStream();
        await content.CopyToAsync(body, cancellationToken);
        return new HttpReply(200, body.ToArray(), type);
    }

    private (BlobId Blob, string Type)? Read(HttpCall call)
    {
        var (file, type, until, mark) = (Field("file"), Field("type"), Field("until"), Field("mark"));
        var isOurs = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mark), Encoding.UTF8.GetBytes(MarkOf(file, type, until)));
        return isOurs && long.Parse(until, CultureInfo.InvariantCulture) > context.Clock.GetUtcNow().ToUnixTimeSeconds() ? (new BlobId(file), type) : null;

        string Field(string name) => call.Query.FirstOrDefault(parameter => parameter.Key == name).Value ?? "";
    }

    private string MarkOf(string file, string type, string until) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{file}\n{type}\n{until}")));

    // Our address shows nobody a page or a program that somebody sent.
    private static string TypeOf(AttachmentPart file) =>
        file.ContentType.Split('/')[0] is "image" or "audio" or "video" && !file.ContentType.Contains("svg", StringComparison.OrdinalIgnoreCase) && file.ContentType.All(c => c is > ' ' and < '\x7f')
            ? file.ContentType : "application/octet-stream";
}
