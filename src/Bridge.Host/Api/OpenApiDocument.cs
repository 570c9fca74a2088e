using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using Bridge.Host.Admin;
using Bridge.Host.Daemon;

namespace Bridge.Host.Api;

/// <summary>Describes the API by OpenAPI 3.1: made of the routes that are served, so that it cannot say anything else.</summary>
internal static class OpenApiDocument
{
    private const string Error = "Error";
    private static readonly Lazy<string> s_text = new(() => Make().ToJsonString(AdminProtocol.Json));
    private static readonly JsonSchemaExporterOptions s_exact = new() { TreatNullObliviousAsNonNullable = true };

    // A number is written as one, though one in quotes would be read.
    private static readonly JsonSerializerOptions s_written = new(AdminProtocol.Json) { NumberHandling = JsonNumberHandling.Strict };

    public static string Text => s_text.Value;

    private static JsonObject Make()
    {
        var schemas = new JsonObject
        {
            [Error] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("error"),
                ["properties"] = new JsonObject { ["error"] = Schema(typeof(AdminError)) },
            },
        };
        var paths = new JsonObject();
        foreach (var route in ApiRoutes.All)
        {
            var path = paths[route.Path] as JsonObject ?? [];
            paths[route.Path] ??= path;
            path[route.Method.ToLowerInvariant()] = Operation(route, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Bridge",
                ["version"] = Product.Version,
                ["description"] = "What the command line can do with a running daemon.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = ApiCalls.Root + ApiRoutes.Version }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "One of access.tokens." },
                },
                ["schemas"] = schemas,
            },
        };
    }

    private static JsonObject Operation(ApiRoute route, JsonObject schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = route.Command,
            ["summary"] = route.Summary,
            ["description"] = $"The token needs may: [{route.Needs.ToString().ToLowerInvariant()}].",
        };
        var parameters = Parameters(route);
        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        if (route.TakesBody)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(Body(route)) };
        }

        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "Done.", ["content"] = Json(Reference(route.Result, schemas)) },
            ["default"] = new JsonObject { ["description"] = "Not done, and why.", ["content"] = Json(Pointer(Error)) },
        };
        return operation;
    }

    private static JsonArray Parameters(ApiRoute route) => new([.. route.Parameters.Where(parameter => !route.TakesBody || route.IsInPath(parameter.Name)).Select(parameter => new JsonObject
    {
        ["name"] = parameter.Name,
        ["in"] = route.IsInPath(parameter.Name) ? "path" : "query",
        ["required"] = route.IsInPath(parameter.Name),
        ["schema"] = Schema(parameter.PropertyType),
    })]);

    private static JsonObject Body(ApiRoute route)
    {
        var free = route.Parameters.Where(parameter => !route.IsInPath(parameter.Name)).ToList();
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. free.Where(ApiRoute.IsRequired).Select(parameter => (JsonNode?)parameter.Name)]),
            ["properties"] = new JsonObject(free.Select(parameter => KeyValuePair.Create(parameter.Name, (JsonNode?)Schema(parameter.PropertyType)))),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Reference(Type type, JsonObject schemas)
    {
        if (type.IsGenericType)
        {
            return new JsonObject { ["type"] = "array", ["items"] = Reference(type.GetGenericArguments()[0], schemas) };
        }

        schemas[type.Name] ??= Schema(type);
        return Pointer(type.Name);
    }

    private static JsonNode Schema(Type type) => s_written.GetJsonSchemaAsNode(type, s_exact);

    private static JsonObject Pointer(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    private static JsonObject Json(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };
}
