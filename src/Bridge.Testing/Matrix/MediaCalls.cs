using System.Collections.Concurrent;

namespace Bridge.Testing.Matrix;

/// <summary>How a server serves media.</summary>
public enum MediaService
{
    /// <summary>As Synapse 1.141: with a token alone; the old path of new media is 404 even when nothing else is wrong.</summary>
    Authenticated,

    /// <summary>As before 1.11: the new paths are M_UNRECOGNIZED, the old ones need no token.</summary>
    BeforeAuthentication,
}

/// <summary>Media, kept in memory.</summary>
internal sealed class MediaCalls(string serverName, HomeserverOptions options)
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string ContentType)> _media = new();

    public IEnumerable<Route> Routes =>
    [
        new("POST", "_matrix/media/v3/upload", Operation.Upload, Upload),
        new("GET", "_matrix/client/v1/media/config", Operation.MediaConfig, _ => IsOld ? Unrecognized : Config()),
        new("GET", "_matrix/media/v3/config", Operation.MediaConfig, _ => Config()),
        new("GET", "_matrix/client/v1/media/download/{}/{}/**", Operation.Download, call => IsOld ? Unrecognized : Download(call)),
        new("GET", "_matrix/media/v3/download/{}/{}/**", Operation.OldDownload, call => IsOld ? Download(call) : NotFound) { NeedsToken = false },
    ];

    public int Count => _media.Count;

    private bool IsOld => options.Media == MediaService.BeforeAuthentication;

    private static Answer NotFound => Answer.Error(404, "M_NOT_FOUND", "Not found");

    private static Answer Unrecognized => Answer.Error(404, "M_UNRECOGNIZED", "Unrecognized request");

    public string Add(byte[] bytes, string contentType)
    {
        var id = World.RandomName(18);
        _media[id] = (bytes, contentType);
        return $"mxc://{serverName}/{id}";
    }

    public (byte[] Bytes, string ContentType)? Find(string mxc) =>
        mxc.StartsWith($"mxc://{serverName}/", StringComparison.Ordinal) && _media.TryGetValue(mxc[(mxc.LastIndexOf('/') + 1)..], out var found) ? found : null;

    // Synapse takes no chunked upload.
    private Answer Upload(MatrixCall call) => !call.HasLength
        ? Answer.Error(400, "M_UNKNOWN", "Request must specify a Content-Length") : call.Body.Length > options.MediaLimit
        ? Answer.Error(413, "M_TOO_LARGE", "Upload request body is too large")
        : Answer.Ok(new { content_uri = Add(call.Body.ToArray(), call.ContentType ?? "application/octet-stream") });

    private Answer Config() => Answer.Ok(new Dictionary<string, object> { ["m.upload.size"] = options.MediaLimit });

    private Answer Download(MatrixCall call) =>
        call[0] == serverName && _media.TryGetValue(call[1], out var media) ? new Answer(200, media.Bytes, media.ContentType) : NotFound;
}
