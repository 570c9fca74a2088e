using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Bridge.Host.Admin;

/// <summary>What CLI and daemon say to each other over the private socket: one JSON object per line, a response for each request, in order.</summary>
internal static class AdminProtocol
{
    public const int Version = 1;

    /// <summary>In bytes. A payload of 10 MB fits, being base64.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Where the socket of a data folder is.</summary>
    public static string SocketIn(string dataFolder) => Path.Combine(dataFolder, "admin.sock");
}

/// <param name="V">The protocol's version; another one is refused.</param>
/// <param name="Command">Its name.</param>
/// <param name="Arguments">What the command takes.</param>
internal sealed record AdminRequest(int V, string Command, JsonNode? Arguments = null);

/// <summary>Either a result or an error.</summary>
internal sealed record AdminResponse(int V, JsonNode? Result = null, AdminError? Error = null);

/// <param name="Code">One of <see cref="AdminErrorCode"/>: for programs.</param>
/// <param name="Message">For people: names the thing.</param>
/// <param name="Cure">What helps.</param>
internal sealed record AdminError(string Code, string Message, string? Cure = null);

/// <summary>The error codes; part of the protocol.</summary>
internal static class AdminErrorCode
{
    public const string Usage = "usage";
    public const string NotFound = "not-found";
    public const string Failed = "failed";
    public const string Version = "version";
}

/// <summary>A command could not be done; becomes an <see cref="AdminError"/>.</summary>
internal sealed class AdminException(string code, string message, string? cure = null) : Exception(message)
{
    public string Code { get; } = code;

    public string? Cure { get; } = cure;
}
