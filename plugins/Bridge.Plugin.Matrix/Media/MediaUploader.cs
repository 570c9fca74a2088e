using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Media;

/// <summary>Brings media from the blob store to the homeserver, as streams. What it brought it remembers, so that a retry does not bring it again.</summary>
internal sealed class MediaUploader(MatrixClient client, IBlobs blobs, TimeProvider clock)
{
    private const int MostRemembered = 1000;
    private const int LongestAnswer = 16 * 1024;
    private const double SlowestUpload = 128 * 1024; // bytes a second: as slow as the host lets a send be
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan s_shortPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_askAgain = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<BlobId, string> _uploaded = new();
    private long _limit = long.MaxValue;
    private long? _limitAskedAt;

    /// <summary>The longest upload that the homeserver takes; as long as it does not say, anything.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>
    /// Asks for the limit, when it is not known. A media repository may be away, and slow to say so, while the homeserver is there: what needs no
    /// media does not wait for it, and the next uploads ask again.
    /// </summary>
    public async Task LearnLimitAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (Limit < long.MaxValue || (_limitAskedAt is { } at && clock.GetElapsedTime(at) < s_askAgain))
        {
            return;
        }

        _limitAskedAt = clock.GetTimestamp();
        try
        {
            Volatile.Write(ref _limit, LimitOf(await ConfigAsync(actor, cancellationToken)));
        }
        catch (MatrixException failure) when (!failure.IsBadToken)
        {
            // Not known: the answer to an upload that is too long says so.
        }
    }

    /// <summary>
    /// The address of the uploaded bytes; null when they are no longer kept. Throws <see cref="MatrixException"/> as any request, and
    /// <see cref="UnreadableFileException"/> when it is the blob store that fails.
    /// </summary>
    /// <param name="size">In bytes: Synapse takes no upload without a Content-Length.</param>
    public async Task<string?> UploadAsync(BlobId blob, string name, string contentType, long size, Actor actor, CancellationToken cancellationToken)
    {
        if (_uploaded.TryGetValue(blob, out var known))
        {
            return known;
        }

        await LearnLimitAsync(actor, cancellationToken);
        if (size > Limit)
        {
            throw new MatrixException(413, MatrixException.TooLarge);
        }

        await using var content = await OpenAsync(blob, cancellationToken);
        if (content is null)
        {
            return null;
        }

        await using var watched = new Watched(content);
        using var request = client.Request(HttpMethod.Post, MediaPaths.Upload(name), actor);
        request.Content = new StreamContent(watched);
        request.Content.Headers.ContentType =
            MediaTypeHeaderValue.TryParse(contentType, out var type) ? type : new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentLength = content.CanSeek ? content.Length : size;
        try
        {
            var address = await SendAsync(request, cancellationToken);
            Remember(blob, address);
            return address;
        }
        catch (MatrixException) when (watched.Fault is { } fault)
        {
            throw new UnreadableFileException(fault);
        }
    }

    private async Task<JsonElement> ConfigAsync(Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(HttpMethod.Get, MediaPaths.Config, actor, body: null, cancellationToken, s_shortPatience);
        }
        catch (MatrixException failure) when (failure.Status == 404)
        {
            return await client.SendAsync(HttpMethod.Get, MediaPaths.OldConfig, actor, body: null, cancellationToken, s_shortPatience);
        }
    }

    private async Task<Stream?> OpenAsync(BlobId blob, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.OpenAsync(blob, cancellationToken);
        }
        catch (IOException fault)
        {
            throw new UnreadableFileException(fault);
        }
    }

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience + TimeSpan.FromSeconds(Math.Min(request.Content!.Headers.ContentLength!.Value / SlowestUpload, s_longest.TotalSeconds)), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = new byte[LongestAnswer];
            await using var answer = await response.Content.ReadAsStreamAsync(either.Token);
            var length = await answer.ReadAtLeastAsync(body, LongestAnswer, throwOnEndOfStream: false, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw ErrorAnswer.Of((int)response.StatusCode, response.Headers.RetryAfter, body.AsSpan(0, length), clock.GetUtcNow());
            }

            return AddressOf(body.AsSpan(0, length)) ?? throw NotSent("the homeserver took a medium and gave it no address");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotSent("the homeserver did not take the medium in time");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or (IOException and not MatrixException))
        {
            throw NotSent("the connection was lost during the upload");
        }
    }

    /// <summary>An upload alone shows nothing to anybody: whatever became of it, the message certainly did not arrive.</summary>
    private static MatrixException NotSent(string why) => new(why, mayHaveArrived: false);

    private static long LimitOf(JsonElement answer) => answer.NumberOf("m.upload.size") is > 0 and var limit ? limit : long.MaxValue;

    private static string? AddressOf(ReadOnlySpan<byte> answer)
    {
        try
        {
            return MxcAddress.Of(Json.Parse(answer).TextOf("content_uri"))?.Full;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Remember(BlobId blob, string address)
    {
        if (_uploaded.Count >= MostRemembered)
        {
            _uploaded.Clear(); // they are uploaded again
        }

        _uploaded[blob] = address;
    }
}

/// <summary>The bytes of a file cannot be read where Bridge keeps them: they are damaged, most of all.</summary>
internal sealed class UnreadableFileException(IOException fault) : IOException("a file cannot be read where Bridge keeps it", fault);
