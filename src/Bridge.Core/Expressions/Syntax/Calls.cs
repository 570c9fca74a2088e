using Bridge.Core.Configuration;
using Bridge.Core.Expressions.Evaluation;
using Bridge.Core.Expressions.Filters;

namespace Bridge.Core.Expressions.Syntax;

/// <summary>Checks names and argument counts, and says what was probably meant.</summary>
internal static class Calls
{
    public static Node Filter(Problems problems, SourceSpan name, string filterName, Node input, Node[] arguments, SourceSpan span)
    {
        if (!FilterTable.TryFind(filterName, out var filter))
        {
            UnknownFilter(problems, name);
            return new Literal(span, Value.Null);
        }

        if (arguments.Length < filter.Least || arguments.Length > filter.Most)
        {
            var needs = filter.Least == filter.Most ? $"{filter.Least}" : $"{filter.Least} to {filter.Most}";
            var noun = filter.Most == 1 ? "argument" : "arguments";
            problems.Add(name.Start, $"{filterName} takes {needs} {noun}, not {arguments.Length}", $"write: {filter.Usage}");
            return new Literal(span, Value.Null);
        }

        if (filter.Problem(arguments) is { } problem)
        {
            problems.Add(problem.At.Start, problem.Message, problem.Cure);
            return new Literal(span, Value.Null);
        }

        return filter.Call(span, input, arguments);
    }

    public static void UnknownName(Problems problems, SourceSpan name)
    {
        var text = name.Text;
        if (FilterTable.TryFind(text, out var filter))
        {
            problems.Add(name.Start, $"'{text}' is a filter", $"write: {filter.Usage}");
            return;
        }

        if (text == Names.TopicTail)
        {
            problems.Add(name.Start, $"'{text}' is a function", "write: topic_tail(1)");
            return;
        }

        var known = Names.Roots.Keys.Concat(Names.Constants.Keys).ToList();
        var cure = Suggestion.For(text, known) ?? HyphenCure(name) ?? $"known are {string.Join(", ", known)}";
        problems.Add(name.Start, $"unknown name '{text}'", cure);
    }

    public static void WithoutInput(Problems problems, SourceSpan name)
    {
        if (FilterTable.TryFind(name.Text, out var filter))
        {
            problems.Add(name.Start, $"{name.Text}() needs a value to work on", $"write: {filter.Usage}");
        }
        else
        {
            UnknownFilter(problems, name);
        }
    }

    private static void UnknownFilter(Problems problems, SourceSpan name) =>
        problems.Add(
            name.Start,
            $"unknown filter '{name.Text}'",
            Suggestion.For(name.Text, [.. FilterTable.All.Select(f => f.Name), Names.TopicTail, Names.AlertOf]) ?? $"known are {FilterTable.Names}");

    // payload.tele-temp reads as a subtraction, which nobody means who writes it without blanks.
    private static string? HyphenCure(SourceSpan name) =>
        name.Start > 1 && name.Source[name.Start - 1] == '-' && !char.IsWhiteSpace(name.Source[name.Start - 2])
            ? "a name with a hyphen is written in brackets: payload[\"a-b\"]"
            : null;
}
