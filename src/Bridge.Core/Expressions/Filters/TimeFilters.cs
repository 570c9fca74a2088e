using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Filters;

/// <summary>Times and durations as text for people, in the configured zone.</summary>
internal static class TimeFilters
{
    /// <summary>Of a duration, a number of seconds, or a text such as <c>90s</c>.</summary>
    public static Value Duration(in FilterCall call, ref Frame frame)
    {
        switch (call.Input.Kind)
        {
            case ValueKind.Duration:
                return Value.Of(DurationText.Spoken(call.Input.Duration));
            case ValueKind.Number when Math.Abs(call.Input.Number) < TimeSpan.MaxValue.TotalSeconds:
                return Value.Of(DurationText.Spoken(TimeSpan.FromSeconds(call.Input.Number)));
            case ValueKind.String when DurationText.TryParse(call.Input.Text, out var duration):
                return Value.Of(DurationText.Spoken(duration));
            default:
                return frame.Note(call.Node, "not a duration");
        }
    }

    public static Value Time(in FilterCall call, ref Frame frame) => Format(call, ref frame, "HH:mm");

    public static Value Date(in FilterCall call, ref Frame frame) => Format(call, ref frame, "yyyy-MM-dd");

    /// <summary>A format is checked when the expression is parsed, so it must be a literal.</summary>
    public static ArgumentProblem? CheckFormat(Node[] arguments) => arguments switch
    {
        [] => null,
        [Literal { Value.Kind: ValueKind.String } literal] when TimeText.IsFormat(literal.Value.Text) => null,
        [Literal literal] => new ArgumentProblem(literal.Span, "not a time format", "write for example 'HH:mm', 'dd.MM.yyyy', 'iso' or 'unix'"),
        _ => new ArgumentProblem(arguments[0].Span, "the format must be written out", "write for example 'HH:mm'"),
    };

    private static Value Format(in FilterCall call, ref Frame frame, string standard) =>
        TimeText.TryRead(call.Input, frame.Zone, out var time)
            ? Value.Of(TimeText.Format(time, frame.Zone, call.Count > 0 ? call.First.Text : standard))
            : frame.Note(call.Node, "not a time (Unix seconds, Unix milliseconds or ISO 8601)");
}
