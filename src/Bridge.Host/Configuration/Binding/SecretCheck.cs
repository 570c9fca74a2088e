using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>What holds for every secret: it is not empty, for that keeps nobody out, and it better does not stand here.</summary>
internal sealed class SecretCheck(Report report)
{
    /// <summary>False when there is nothing in it.</summary>
    public bool Passes(ScalarNode node, string key)
    {
        if (string.IsNullOrWhiteSpace(node.Value))
        {
            var what = node.IsReference ? $"{node.Shown} is" : "stands here";
            report.Add(DiagnosticKinds.EmptySecret, node.Position, $"{Report.Quote(key)} is a secret, and {what} empty");
            return false;
        }

        if (!node.IsReference)
        {
            report.Add(DiagnosticKinds.LiteralSecret, node.Position, $"{Report.Quote(key)} is a secret and stands here readable");
        }

        return true;
    }
}
