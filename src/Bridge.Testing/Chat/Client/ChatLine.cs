using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bridge.Testing.Chat;

/// <summary>One line of the wire between an endpoint and the network: a request with its number, the answer with the same number, or an event.</summary>
public sealed record ChatLine
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary><c>hello</c>, <c>send</c>, <c>find</c>, <c>open</c>, <c>history</c>, <c>upload</c> or <c>download</c>; null: an answer or an event.</summary>
    public string? Do { get; init; }

    public long Number { get; init; }

    public string? Account { get; init; }

    /// <summary>Of a hello: the last event it has; of a download: the offset.</summary>
    public long After { get; init; }

    public string? Key { get; init; }

    public ChatEvent? Event { get; init; }

    public ChatOpening? Opening { get; init; }

    public string? Name { get; init; }

    public int Most { get; init; }

    public byte[]? Bytes { get; init; }

    public ChatRules? Rules { get; init; }

    public ChatAnswer? Answer { get; init; }

    public IReadOnlyList<ChatEvent>? Events { get; init; }

    public string Write() => JsonSerializer.Serialize(this, s_json);

    public static ChatLine Read(string line) => JsonSerializer.Deserialize<ChatLine>(line, s_json) ?? throw new JsonException();
}

/// <summary>A conversation that an endpoint wants made.</summary>
public sealed record ChatOpening(string Key, string? Name, bool IsDirect, IReadOnlyList<string> Invite);

/// <summary>What the network answered.</summary>
/// <param name="Result"><c>delivered</c>, <c>accepted</c>, <c>deferred</c>, <c>refused</c>, <c>uncertain</c> or <c>unknown</c>.</param>
public sealed record ChatAnswer(string Result)
{
    public IReadOnlyList<string> Ids { get; init; } = [];

    public string? Why { get; init; }

    public TimeSpan? After { get; init; }
}
