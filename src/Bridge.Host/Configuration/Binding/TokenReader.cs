using Bridge.Abstractions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads tokens that strangers show: long enough not to be guessed, and better not written here.</summary>
internal sealed class TokenReader(Report report)
{
    private const int Shortest = 16;

    /// <summary>Null when there is none, or its reference leads nowhere.</summary>
    public Secret? Read(ScalarNode? node, string key)
    {
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        if (!new SecretCheck(report).Passes(node, key))
        {
            return null;
        }

        if (node.Value.Length < Shortest || node.Value.Any(char.IsWhiteSpace))
        {
            report.Add(DiagnosticKinds.BadToken, node.Position, $"'{key}' is not a token of {Shortest} characters or more without spaces");
        }

        return new Secret(node.Value);
    }
}
