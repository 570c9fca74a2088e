using System.Text.Json.Serialization.Metadata;
using Bridge.Core.Configuration;
using Bridge.Host.Admin;

namespace Bridge.Host.Api;

/// <summary>One thing that can be asked over HTTP: a command of the daemon under a method and a path.</summary>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Path">Below <c>/api/v1</c>; a <c>{name}</c> is an argument of the command.</param>
/// <param name="Needs">How far the caller must be let.</param>
/// <param name="Command">What the admin socket calls it: command line and API cannot differ.</param>
/// <param name="Arguments">The command's arguments. What the path does not give comes from the body of a POST, and otherwise from the query.</param>
/// <param name="Result">What it answers.</param>
/// <param name="Summary">One line for people.</param>
internal sealed record ApiRoute(string Method, string Path, AccessRight Needs, string Command, Type Arguments, Type Result, string Summary)
{
    public IReadOnlyList<string> Segments { get; } = Path[1..].Split('/');

    /// <summary>The argument that a caller does not give: the daemon knows who he is.</summary>
    public const string Signature = "by";

    /// <summary>True when the command wants to know who asks.</summary>
    public bool IsSigned { get; } = Arguments.IsAssignableTo(typeof(ISigned));

    /// <summary>The arguments with their types.</summary>
    public IReadOnlyList<JsonPropertyInfo> Parameters { get; } =
        [.. TypeOf(Arguments).Properties.Where(property => property.Name != Signature || !Arguments.IsAssignableTo(typeof(ISigned)))];

    /// <summary>True when what the path does not give is in the body.</summary>
    public bool TakesBody => Method == "POST" && Parameters.Any(parameter => !IsInPath(parameter.Name));

    /// <summary>True where nothing stands in for it.</summary>
    public static bool IsRequired(JsonPropertyInfo parameter) => parameter.AssociatedParameter is { HasDefaultValue: false };

    public bool IsInPath(string parameter) => Segments.Contains($"{{{parameter}}}");

    /// <summary>The arguments that the path gives; null when it is another path.</summary>
    public Dictionary<string, string>? Match(IReadOnlyList<string> path)
    {
        if (path.Count != Segments.Count)
        {
            return null;
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < path.Count; at++)
        {
            if (Segments[at].StartsWith('{'))
            {
                given.Add(Segments[at][1..^1], path[at]);
            }
            else if (Segments[at] != path[at])
            {
                return null;
            }
        }

        return given;
    }

    private static JsonTypeInfo TypeOf(Type type)
    {
        AdminProtocol.Json.MakeReadOnly(populateMissingResolver: true);
        return AdminProtocol.Json.GetTypeInfo(type);
    }
}
