using System.Net;

namespace Bridge.Abstractions;

/// <summary>
/// Optional. Answers HTTP requests that the network makes to us: the host listens (<c>http:</c> in the configuration), bounds size, rate and time, and hands
/// over what comes to <c>/endpoints/&lt;endpoint&gt;/...</c>. Authentication is the endpoint's: every call is a stranger's until it has shown its secret.
/// </summary>
public interface IServeHttp
{
    /// <summary>The longest body that is accepted, in bytes; a longer one is answered 413 by the host.</summary>
    long MostBytes { get; }

    /// <summary>
    /// Answers one request. Called from any thread, several at a time, while <see cref="IEndpoint.RunAsync"/> runs; before and after, the host answers 503. An
    /// exception is answered 500 and counted; a call that lasts over 30 s is cancelled and answered 503.
    /// </summary>
    ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken);
}

/// <summary>One request.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">What follows the endpoint's own path, from its first <c>/</c>; still percent-encoded.</param>
/// <param name="Query">Decoded.</param>
/// <param name="Headers">Names compare without case.</param>
/// <param name="Body">Bounded by <see cref="IServeHttp.MostBytes"/>.</param>
/// <param name="Remote">Who asks; a proxy, perhaps.</param>
public sealed record HttpCall(
    string Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Query,
    IReadOnlyDictionary<string, string> Headers,
    Stream Body,
    IPAddress? Remote)
{
    /// <summary>The query as it came, percent-encoded and without its question mark: for networks that put other bytes than UTF-8 into it.</summary>
    public string RawQuery { get; init; } = "";

    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Method})";
}

/// <summary>The answer to a request.</summary>
/// <param name="Status">An HTTP status.</param>
/// <param name="Body">What is sent.</param>
/// <param name="ContentType">Its MIME type.</param>
public sealed record HttpReply(int Status, ReadOnlyMemory<byte> Body, string ContentType = "application/json");
