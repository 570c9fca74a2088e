using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Admin;

namespace Bridge.Host.Api;

/// <summary>Makes a command's arguments of a request: what the path gives, then the query, then the body. What nobody asked for is refused, not ignored.</summary>
internal static class ApiArguments
{
    /// <summary>Throws <see cref="AdminException"/> when they do not fit the route.</summary>
    public static JsonObject Of(
        ApiRoute route, IReadOnlyDictionary<string, string> path, IEnumerable<KeyValuePair<string, string>> query, JsonObject? body = null)
    {
        var arguments = new JsonObject();
        foreach (var (name, text) in path)
        {
            arguments[name] = Value(route, name, text);
        }

        foreach (var (name, text) in query)
        {
            arguments[Free(route, name)] = Value(route, name, text);
        }

        foreach (var (name, value) in body ?? [])
        {
            arguments[Free(route, name)] = value?.DeepClone();
        }

        Check(route, arguments);
        return arguments;
    }

    /// <summary>Names what is missing or of another type, never its value.</summary>
    private static void Check(ApiRoute route, JsonObject arguments)
    {
        if (route.Parameters.FirstOrDefault(parameter => ApiRoute.IsRequired(parameter) && !arguments.ContainsKey(parameter.Name)) is { } missing)
        {
            throw Misfit($"'{missing.Name}' is missing");
        }

        try
        {
            arguments.Deserialize(route.Arguments, AdminProtocol.Json);
        }
        catch (JsonException misfit)
        {
            throw Misfit($"'{misfit.Path?.TrimStart('$', '.')}' is null or of another type than it takes");
        }
    }

    private static AdminException Misfit(string message) =>
        new(AdminErrorCode.Usage, message, $"see {ApiCalls.Root}{ApiRoutes.Version}{ApiRoutes.Document} for what this takes");

    private static string Free(ApiRoute route, string name)
    {
        var free = route.Parameters.Select(parameter => parameter.Name).Where(known => !route.IsInPath(known)).ToList();
        return free.Contains(name) ? name
            : throw new AdminException(
                AdminErrorCode.Usage,
                "there is no parameter of that name here",
                free.Count == 0 ? "leave it out" : $"known: {string.Join(", ", free)}");
    }

    private static JsonNode Value(ApiRoute route, string name, string text)
    {
        var type = route.Parameters.Single(parameter => parameter.Name == name).PropertyType;
        return type == typeof(long) ? Number(name, text, long.MaxValue)
            : type == typeof(int) ? Number(name, text, int.MaxValue)
            : type == typeof(bool) ? text switch
            {
                "true" => true,
                "false" => false,
                _ => throw new AdminException(AdminErrorCode.Usage, $"'{name}' is neither true nor false"),
            }
            : type != typeof(string) ? throw new AdminException(AdminErrorCode.Usage, $"'{name}' is given in the body", "send a JSON object")
            : text;
    }

    private static JsonNode Number(string name, string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new AdminException(AdminErrorCode.Usage, $"'{name}' is not a whole number");
}
