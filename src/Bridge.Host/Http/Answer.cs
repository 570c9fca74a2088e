using System.Text;

namespace Bridge.Host.Http;

/// <summary>What is answered to a request.</summary>
internal sealed record Answer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>When it is worth asking again; null: nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>With 405: the methods that are taken.</summary>
    public string? Allow { get; init; }

    public static Answer Text(int status, string line) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(line + "\n"));

    public static Answer Json(int status, string body) => new(status, "application/json", Encoding.UTF8.GetBytes(body + "\n"));
}
