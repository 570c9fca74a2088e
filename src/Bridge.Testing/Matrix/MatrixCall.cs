using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>One call to the homeserver.</summary>
public sealed class MatrixCall
{
    private static readonly JsonElement s_nothing = JsonDocument.Parse("{}").RootElement;

    public required string Method { get; init; }

    /// <summary>As sent, without the query.</summary>
    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>False when the body came in chunks.</summary>
    internal bool HasLength { get; init; }

    /// <summary>The bearer token; null when there was none.</summary>
    public string? Token { get; init; }

    public Operation Operation { get; internal set; }

    /// <summary>The variable segments of the path, decoded.</summary>
    internal IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>Who calls; null before that is known, and of calls that need no token.</summary>
    public string? User { get; internal set; }

    /// <summary>The application service whose token it is; null for an ordinary session.</summary>
    public AppService? Service { get; internal set; }

    /// <summary>What was answered; null before.</summary>
    public Answer? Answer { get; internal set; }

    /// <summary>Who calls, where a token is needed.</summary>
    internal string Requester => User ?? throw new MatrixException(401, "M_MISSING_TOKEN", "Missing access token");

    internal string this[int index] => Names[index];

    /// <summary>The body as a JSON object; an empty body is an empty object.</summary>
    internal JsonElement Json()
    {
        if (Body.IsEmpty)
        {
            return s_nothing;
        }

        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone() : throw MatrixException.BadJson("Content must be a JSON object.");
        }
        catch (JsonException)
        {
            throw new MatrixException(400, "M_NOT_JSON", "Content not JSON.");
        }
    }

    internal string? Text(string name) => Json().TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal int Number(string query, int otherwise) => Query.TryGetValue(query, out var text) && int.TryParse(text, out var number) ? number : otherwise;

    internal bool Says(string query, string value) => Query.TryGetValue(query, out var said) && said == value;
}
