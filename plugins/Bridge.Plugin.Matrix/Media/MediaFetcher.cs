using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Media;

/// <summary>
/// Brings media into the blob store, as streams. The token is shown to the homeserver and to nobody it redirects to; who that is must be on the public internet.
/// Status and type are looked at before a byte is used; size and time are bounded.
/// </summary>
internal sealed class MediaFetcher(MatrixClient client, IBlobs blobs, TimeProvider clock, Func<IPAddress, bool>? mayReach = null) : IDisposable
{
    private const int MostRedirects = 3;
    private const int MostRemembered = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1); // what no stored event names is removed after a day

    private static readonly Fetched.Later s_lost = new("the connection was lost while the medium came");

    private readonly HttpClient _elsewhere = new(PublicAddresses.Handler(mayReach ?? PublicAddresses.IsPublic)) { Timeout = Timeout.InfiniteTimeSpan };

    // A transaction that comes again names the same media.
    private readonly ConcurrentDictionary<MxcAddress, (Fetched.Kept Kept, long At)> _kept = new();

    // Nor does it begin again what takes longer than a transaction may.
    private readonly ConcurrentDictionary<MxcAddress, Lazy<Task<Fetched>>> _running = new();
    private readonly CancellationTokenSource _ending = new();

    /// <param name="address">As the event spells it.</param>
    /// <param name="actor">Whose token is shown.</param>
    /// <param name="promised">The type that the event promises.</param>
    /// <param name="kind">How it is shown.</param>
    /// <param name="most">In bytes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Fetched> FetchAsync(string? address, Actor actor, string promised, AttachmentKind kind, long most, CancellationToken cancellationToken)
    {
        if (MxcAddress.Of(address) is not { } medium)
        {
            return new Fetched.Missing("the event names no medium");
        }

        if (await KnownAsync(medium, cancellationToken) is { } known)
        {
            return known;
        }

        var running = _running.GetOrAdd(medium, _ => new Lazy<Task<Fetched>>(() => FetchToItsEndAsync(medium, actor, promised, kind, most)));
        return await running.Value.WaitAsync(cancellationToken);
    }

    /// <summary>It is on its way, and takes its time.</summary>
    public bool IsComing(string? address) => MxcAddress.Of(address) is { } medium && _running.ContainsKey(medium);

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        _elsewhere.Dispose();
    }

    /// <summary>Goes on when who asked has gone.</summary>
    private async Task<Fetched> FetchToItsEndAsync(MxcAddress medium, Actor actor, string promised, AttachmentKind kind, long most)
    {
        using var patience = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _ending.Token);
        try
        {
            using var response = await AskAsync(medium, actor, either.Token);
            var fetched = await TakeAsync(response, promised, kind, most, either.Token);
            if (fetched is Fetched.Kept kept)
            {
                Remember(medium, kept);
            }

            return fetched;
        }
        catch (OperationCanceledException)
        {
            return new Fetched.Later("the medium did not come in time");
        }
        catch (BlobTooLargeException)
        {
            return new Fetched.Missing("the medium is larger than allowed");
        }
        catch (Exception failure) when (failure is PrivateAddressException || failure.InnerException is PrivateAddressException)
        {
            return new Fetched.Missing("the homeserver redirects to a private address");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            return s_lost;
        }
        finally
        {
            _running.TryRemove(medium, out _);
        }
    }

    /// <summary>With the token first; an older homeserver does not know that path, and has another without.</summary>
    private async Task<HttpResponseMessage> AskAsync(MxcAddress medium, Actor actor, CancellationToken cancellationToken)
    {
        var response = await FollowAsync(client.Request(HttpMethod.Get, MediaPaths.Download(medium), actor), cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            return response;
        }

        var old = await FollowAsync(client.Request(HttpMethod.Get, MediaPaths.OldDownload(medium), actor: null), cancellationToken);
        (old.StatusCode == HttpStatusCode.NotFound ? old : response).Dispose();
        return old.StatusCode == HttpStatusCode.NotFound ? response : old;
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var home = request.RequestUri!;
        for (var redirects = 0; ; redirects++)
        {
            using var asked = request;
            var http = IsHome(asked.RequestUri!, home) ? client.Http : _elsewhere;
            var response = await http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || redirects == MostRedirects || Target(response, asked.RequestUri!, home) is not { } target)
            {
                return response;
            }

            response.Dispose();
            request = new HttpRequestMessage(HttpMethod.Get, target);
            if (IsHome(target, home))
            {
                request.Headers.Authorization = asked.Headers.Authorization;
            }
        }
    }

    /// <summary>Null when it may not be followed: from https to http least of all.</summary>
    private static Uri? Target(HttpResponseMessage response, Uri asked, Uri home) =>
        response.Headers.Location is { } location && new Uri(asked, location) is var target
        && (target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && home.Scheme == Uri.UriSchemeHttp)) ? target : null;

    private static bool IsHome(Uri target, Uri home) => target.Scheme == home.Scheme && target.Authority == home.Authority;

    /// <summary>What fails here is the homeserver's end or the blob store's, and only the first passes.</summary>
    private async Task<Fetched> TakeAsync(
        HttpResponseMessage response, string promised, AttachmentKind kind, long most, CancellationToken cancellationToken)
    {
        await using var content = new Watched(await response.Content.ReadAsStreamAsync(cancellationToken));
        try
        {
            return response.IsSuccessStatusCode
                ? await KeepAsync(response.Content.Headers, content, promised, kind, most, cancellationToken)
                : await RefusedAsync(response, content, cancellationToken);
        }
        catch (IOException) when (content.Fault is not null)
        {
            return s_lost;
        }
    }

    private async Task<Fetched> KeepAsync(
        HttpContentHeaders headers, Stream content, string promised, AttachmentKind kind, long most, CancellationToken cancellationToken)
    {
        if (headers.ContentLength > most)
        {
            return new Fetched.Missing("the medium is larger than allowed");
        }

        return MediaTypes.Agreed(promised, headers.ContentType?.MediaType, kind) is { } type
            ? new Fetched.Kept(await blobs.StoreAsync(content, most, cancellationToken), type)
            : new Fetched.Missing("what came is not what the event promises");
    }

    private async Task<Fetched> RefusedAsync(HttpResponseMessage response, Stream content, CancellationToken cancellationToken)
    {
        const int MostOfAnError = 16 * 1024;
        var body = new byte[MostOfAnError];
        var length = await content.ReadAtLeastAsync(body, MostOfAnError, throwOnEndOfStream: false, cancellationToken);
        var failure = ErrorAnswer.Of((int)response.StatusCode, response.Headers.RetryAfter, body.AsSpan(0, length), clock.GetUtcNow());
        return failure switch
        {
            { Code: MatrixException.TooLarge } => new Fetched.Missing("the medium is larger than the homeserver takes"),
            { Code: "M_NOT_YET_UPLOADED" } or { IsLimit: true } or { IsOutage: true } or { IsBadToken: true } =>
                new Fetched.Later(failure.Message, failure.RetryAfter),
            _ => new Fetched.Missing(failure.Message),
        };
    }

    /// <summary>Null also when its bytes were destroyed since.</summary>
    private async Task<Fetched.Kept?> KnownAsync(MxcAddress medium, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(medium, out var known) && clock.GetElapsedTime(known.At) < s_memory)
        {
            await using var bytes = await blobs.OpenAsync(known.Kept.Blob.Id, cancellationToken);
            return bytes is null ? null : known.Kept;
        }

        return null;
    }

    private void Remember(MxcAddress medium, Fetched.Kept kept)
    {
        if (_kept.Count >= MostRemembered)
        {
            _kept.Clear(); // they are fetched again
        }

        _kept[medium] = (kept, clock.GetTimestamp());
    }
}
