using System.Text.RegularExpressions;
using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Filters;

/// <summary><c>x | matches('pattern')</c>: the pattern is a literal, compiled at load without backtracking, so time is linear in the text.</summary>
internal sealed class MatchesNode(SourceSpan span, Node input, Node patternText, Regex pattern) : Node(span, input, patternText)
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // Linear in the text, but a pattern of many counted repeats has a large factor.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(250);

    public static Node Of(Filter filter, SourceSpan span, Node input, Node[] arguments) =>
        new MatchesNode(span, input, arguments[0], new Regex(((Literal)arguments[0]).Value.Text, Options, s_longest));

    /// <summary>What is wrong with the pattern.</summary>
    public static ArgumentProblem? Check(Node[] arguments)
    {
        if (arguments[0] is not Literal { Value.Kind: ValueKind.String } literal)
        {
            return new ArgumentProblem(arguments[0].Span, "the pattern of matches must be written out", "write: x | matches('^[a-z]+$')");
        }

        if (literal.Value.Text.Length > Limits.Pattern)
        {
            return new ArgumentProblem(literal.Span, $"a pattern longer than {Limits.Pattern} characters");
        }

        try
        {
            _ = new Regex(literal.Value.Text, Options, s_longest).IsMatch("");
            return null;
        }
        catch (ArgumentException failure)
        {
            return new ArgumentProblem(literal.Span, $"not a regular expression: {Reason(failure.Message)}");
        }
        catch (NotSupportedException)
        {
            return new ArgumentProblem(
                literal.Span,
                "the pattern cannot be matched in bounded time",
                "leave out look-around, back-references, atomic groups and huge repeats");
        }
    }

    /// <summary>The table needs a body; the node of this filter is made by <see cref="Of"/>.</summary>
    public static Value Never(in FilterCall call, ref Frame frame) => Value.Null;

    protected override Value Compute(ref Frame frame)
    {
        var value = Children[0].Evaluate(ref frame);
        if (value.Kind != ValueKind.String)
        {
            if (!value.IsNull)
            {
                frame.Note(this, $"{value.Kind.WithArticle()} where a string is needed");
            }

            return Value.Of(false);
        }

        var text = value.Text;
        return Value.Of(frame.SpendText(text.Length) && IsMatch(ref frame, text));
    }

    private bool IsMatch(ref Frame frame, string text)
    {
        try
        {
            return pattern.IsMatch(text.Length <= Limits.Output ? text : text[..Limits.Output]);
        }
        catch (RegexMatchTimeoutException)
        {
            frame.Note(this, "the pattern took too long");
            return false;
        }
    }

    // "Invalid pattern '...' at offset 3. Not enough )'s." -> without the pattern, which stands in the source.
    private static string Reason(string message) => message[Math.Max(0, message.LastIndexOf("at offset", StringComparison.Ordinal))..];
}
