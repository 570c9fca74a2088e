using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Admin;
using Microsoft.AspNetCore.Http;

namespace Bridge.Host.Api;

/// <summary>Makes a command's arguments of a request: what the path gives, then the query or the body. What nobody asked for is refused, not ignored.</summary>
internal static class ApiArguments
{
    public const int LongestBody = 64 * 1024;
    private static readonly JsonDocumentOptions s_shallow = new() { MaxDepth = 16 };

    /// <summary>Throws <see cref="AdminException"/> when they do not fit the route.</summary>
    public static async Task<JsonObject> ReadAsync(ApiRoute route, IReadOnlyDictionary<string, string> path, HttpRequest request, CancellationToken cancellationToken)
    {
        var query = request.Query.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())).ToList();
        var body = route.HasBody ? await BodyAsync(request, cancellationToken) : [];
        return Of(route, path, query, body);
    }

    public static JsonObject Of(ApiRoute route, IReadOnlyDictionary<string, string> path, IReadOnlyList<KeyValuePair<string, string>> query, JsonObject body)
    {
        var arguments = new JsonObject();
        foreach (var (name, text) in path)
        {
            arguments[name] = Value(route, name, text);
        }

        foreach (var (name, text) in query)
        {
            arguments[Free(route, name, inBody: false)] = Value(route, name, text);
        }

        foreach (var (name, value) in body.ToList())
        {
            body.Remove(name);
            arguments[Free(route, name, inBody: true)] = value;
        }

        return arguments;
    }

    private static async Task<JsonObject> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return [];
        }

        if (!request.HasJsonContentType())
        {
            throw new AdminException(AdminErrorCode.Usage, "the body is not said to be JSON", "send it with Content-Type: application/json");
        }

        try
        {
            return await JsonNode.ParseAsync(request.Body, documentOptions: s_shallow, cancellationToken: cancellationToken) as JsonObject ?? throw new JsonException();
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            // An object with one key twice is found only when it is used, and is an ArgumentException then.
            throw new AdminException(AdminErrorCode.Usage, "the body is not a JSON object", "see openapi.json for what this takes");
        }
    }

    private static string Free(ApiRoute route, string name, bool inBody)
    {
        var free = route.Parameters.Select(parameter => parameter.Name).Where(known => !route.IsInPath(known)).ToList();
        return route.HasBody == inBody && free.Contains(name) ? name
            : throw new AdminException(
                AdminErrorCode.Usage,
                $"there is no {(inBody ? "key" : "parameter")} of that name here",
                free.Count == 0 || route.HasBody != inBody ? "leave it out" : $"known: {string.Join(", ", free)}");
    }

    private static JsonNode Value(ApiRoute route, string name, string text)
    {
        var type = route.Parameters.Single(parameter => parameter.Name == name).PropertyType;
        return type == typeof(long) || type == typeof(int) ? Number(name, text, type == typeof(int) ? int.MaxValue : long.MaxValue)
            : type == typeof(bool) ? text switch
            {
                "true" => true,
                "false" => false,
                _ => throw new AdminException(AdminErrorCode.Usage, $"'{name}' is neither true nor false"),
            }
            : text;
    }

    private static JsonNode Number(string name, string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new AdminException(AdminErrorCode.Usage, $"'{name}' is not a whole number");
}
