using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>
/// Brings what was attached to a message (MMS) into the blob store: Twilio keeps it behind the account's password. What cannot be had in time stays at Twilio, and its link
/// stands in the message.
/// </summary>
internal sealed class TwilioMedia(EndpointContext context, TwilioClient client)
{
    /// <summary>What Twilio takes and gives, in bytes.</summary>
    public const int Most = 5 * 1024 * 1024;

    // Twilio waits 15 seconds for the answer to its call.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public async Task<TwilioFiles> BringAsync(IReadOnlyList<TwilioFile> files, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(s_patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var brought = new List<AttachmentPart>();
        var left = new List<string>();
        foreach (var file in files)
        {
            if (await TryBringAsync(file, brought.Count + 1, either.Token) is { } part)
            {
                brought.Add(part);
            }
            else
            {
                left.Add(file.Url.AbsoluteUri);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new TwilioFiles(EquatableArray.From(brought), left);
    }

    private async Task<AttachmentPart?> TryBringAsync(TwilioFile file, int number, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.FetchAsync(file.Url, cancellationToken);
            if (answer.Status != 200)
            {
                return null;
            }

            var stored = await context.Blobs.StoreAsync(new MemoryStream(answer.Body, writable: false), Most, cancellationToken);
            return MmsFile.Of(name: null, number, file.Type, stored);
        }
        catch (Exception failure) when (failure is GatewayException or BlobTooLargeException or OperationCanceledException)
        {
            return null;
        }
    }
}

/// <summary>One attached file, as Twilio names it.</summary>
/// <param name="Url">Where it is kept.</param>
/// <param name="Type">A MIME type.</param>
internal sealed record TwilioFile(Uri Url, string Type)
{
    private const int LongestUrl = 2_000;

    /// <summary>Null when it is not where Twilio keeps such.</summary>
    public static TwilioFile? Of(string? link, string? type) =>
        link is { Length: <= LongestUrl } && Uri.TryCreate(link, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? new TwilioFile(url, MmsFile.TypeOf(type)) : null;
}

/// <summary>What became of the attached files.</summary>
/// <param name="Brought">Those that are in the blob store.</param>
/// <param name="Left">Lines for the others.</param>
internal sealed record TwilioFiles(EquatableArray<AttachmentPart> Brought, IReadOnlyList<string> Left)
{
    public static readonly TwilioFiles None = new([], []);
}
