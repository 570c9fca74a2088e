using System.Text.RegularExpressions;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Ghosts;

/// <summary>What a ghost is called: a text with a few places to fill. Pure.</summary>
internal static partial class GhostName
{
    private const int Longest = 250;

    /// <summary>Null when the text is usable.</summary>
    public static string? FaultOf(string template)
    {
        if (template.Length is 0 or > Longest)
        {
            return $"the name is empty or longer than {Longest} characters";
        }

        var unknown = Place().Matches(template).Select(match => match.Groups[1].Value).FirstOrDefault(name => name is not ("sender.name" or "sender.id" or "endpoint"));
        return unknown is null ? null : $"there is no '{unknown}'";
    }

    public static string Of(string template, Sender sender, EndpointId network)
    {
        var name = Place().Replace(template, match => match.Groups[1].Value switch
        {
            "sender.name" => sender.Name is { Length: > 0 } shown ? shown : sender.Value,
            "sender.id" => sender.Value,
            _ => network.Value,
        });
        return name.Length <= Longest ? name : name[..Longest];
    }

    [GeneratedRegex(@"\{\{\s*([^{}]*?)\s*\}\}")]
    private static partial Regex Place();
}
