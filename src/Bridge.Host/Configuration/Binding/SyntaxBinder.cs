using System.Text.RegularExpressions;
using Bridge.Core.Expressions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Compiles expressions and templates, and reports their problems at the very character.</summary>
internal sealed partial class SyntaxBinder(Report report)
{
    public Expression? TakeExpression(MapReader map, string key) =>
        Compile(map.TakeScalar(key), Expression.Parse, DiagnosticKinds.BadExpression, expression => expression.Uses);

    public Template? TakeTemplate(MapReader map, string key) => Template(map.TakeScalar(key));

    /// <summary>An unresolved reference stands for itself, so that the route still has its text.</summary>
    public Template? Template(ScalarNode? node) => node is { IsUnresolved: true }
        ? Core.Expressions.Template.Parse(node.Written).Value
        : Compile(node, Core.Expressions.Template.Parse, DiagnosticKinds.BadTemplate, template => template.Uses);

    public PayloadTemplate? TakePayload(MapReader map, string key)
    {
        var node = map.TakeSection(key);
        if (node is null)
        {
            return null;
        }

        return PayloadTemplate.Parse(FreeValue.Of(node, Checked), out _).Value;
    }

    private string Checked(ScalarNode text)
    {
        // Parsed here for the position of each problem, and again as part of the whole.
        Template(text);
        return text.Value;
    }

    private T? Compile<T>(ScalarNode? node, Func<string, Parsed<T>> parse, DiagnosticKind kind, Func<T, Roots> uses)
        where T : class
    {
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        var parsed = parse(node.Value);
        foreach (var problem in parsed.Problems)
        {
            // The parser quotes what it read, which must not be shown when it came from elsewhere.
            var message = node.IsReference ? $"the value of {node.Shown} cannot be read" : problem.Message;
            report.Add(kind, node.PositionOf(problem.Column - 1), message, node.IsReference ? null : problem.Cure);
        }

        if (parsed.Value is { } value && uses(value).HasFlag(Roots.AlertOf))
        {
            report.Add(DiagnosticKinds.NotYet, node.PositionOf(AlertCall().Match(node.Value).Index), "alert(...) is not supported yet by this version");
        }

        return parsed.Value;
    }

    [GeneratedRegex(@"\balert\s*\(", RegexOptions.NonBacktracking)]
    private static partial Regex AlertCall();
}
