using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Admin;
using Bridge.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bridge.Host.Api;

/// <summary>Reads what a POST brings: one JSON object, and not much of it.</summary>
internal static class ApiBody
{
    private const int Most = 64 * 1024;

    /// <summary>Empty when nothing was sent. Throws <see cref="AdminException"/>.</summary>
    public static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = EndpointCalls.OnTheWire(Most);
        try
        {
            await using var body = new RequestBody(context.Request.Body, Most);
            using var bytes = new MemoryStream();
            await body.CopyToAsync(bytes, cancellationToken);
            if (bytes.Length == 0)
            {
                return [];
            }

            bytes.Position = 0;
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return await JsonNode.ParseAsync(bytes, null, options, cancellationToken) as JsonObject ?? throw new JsonException();
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            throw new AdminException(AdminErrorCode.Usage, "the body is no JSON object, or longer than 64 kB", "send the arguments as one JSON object");
        }
    }
}
