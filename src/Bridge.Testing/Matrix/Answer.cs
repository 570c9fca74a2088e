using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>What the homeserver answers to one call.</summary>
/// <param name="Status">An HTTP status.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="ContentType">Its MIME type.</param>
public sealed record Answer(int Status, ReadOnlyMemory<byte> Body, string ContentType = "application/json")
{
    /// <summary>Of <c>Retry-After</c>, in the header; null for none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Of a redirect; null for none.</summary>
    public Uri? Location { get; init; }

    /// <summary>200 and this.</summary>
    public static Answer Ok(object body) => new(200, JsonSerializer.SerializeToUtf8Bytes(body));

    /// <summary>200 and <c>{}</c>.</summary>
    public static Answer Empty { get; } = Ok(new object());

    /// <summary>An error as Matrix writes it.</summary>
    public static Answer Error(int status, string code, string text) => new(status, JsonSerializer.SerializeToUtf8Bytes(new { errcode = code, error = text }));
}

/// <summary>The homeserver refuses.</summary>
internal sealed class MatrixException(int status, string code, string text) : Exception(text)
{
    public Answer Answer { get; } = Answer.Error(status, code, text);

    public static MatrixException Forbidden(string text) => new(403, "M_FORBIDDEN", text);

    public static MatrixException NotFound(string text) => new(404, "M_NOT_FOUND", text);

    public static MatrixException BadJson(string text) => new(400, "M_BAD_JSON", text);
}
