using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Filters;

internal static class TextFilters
{
    /// <summary>Replaces null only.</summary>
    public static Value Default(in FilterCall call, ref Frame frame) => call.Input.IsNull ? call.First : call.Input;

    public static Value Upper(in FilterCall call, ref Frame frame) =>
        TryText(call, ref frame, out var text) ? Value.Of(text.ToUpperInvariant()) : Value.Null;

    public static Value Lower(in FilterCall call, ref Frame frame) =>
        TryText(call, ref frame, out var text) ? Value.Of(text.ToLowerInvariant()) : Value.Null;

    public static Value Trim(in FilterCall call, ref Frame frame) =>
        TryText(call, ref frame, out var text) ? Value.Of(text.Trim()) : Value.Null;

    /// <summary>At most that many characters (code points), the mark of the cut included.</summary>
    public static Value Truncate(in FilterCall call, ref Frame frame)
    {
        if (!TryText(call, ref frame, out var text))
        {
            return Value.Null;
        }

        if (call.First.Number is not (>= 0 and <= Limits.Output))
        {
            return frame.Note(call.Node, "truncate needs a length");
        }

        var mark = call.Count > 1 ? call.Second.ToText(frame.Zone) : "…";
        var most = (int)call.First.Number;
        return Value.Of(Runes(text) <= most ? text : string.Concat(Take(text, most - Runes(mark)), Take(mark, most)));
    }

    public static Value Replace(in FilterCall call, ref Frame frame)
    {
        if (!TryText(call, ref frame, out var text))
        {
            return Value.Null;
        }

        var old = call.First.ToText(frame.Zone);
        if (old.Length == 0)
        {
            frame.Note(call.Node, "nothing to look for");
            return call.Input;
        }

        var replacement = call.Second.ToText(frame.Zone);
        var buffer = new TextBuffer(stackalloc char[256]);
        var rest = text.AsSpan();
        for (var at = rest.IndexOf(old, StringComparison.Ordinal); at >= 0 && !buffer.Cut; at = rest.IndexOf(old, StringComparison.Ordinal))
        {
            buffer.Append(rest[..at]);
            buffer.Append(replacement);
            rest = rest[(at + old.Length)..];
        }

        buffer.Append(rest);
        return Finish(call, ref frame, ref buffer);
    }

    public static Value Split(in FilterCall call, ref Frame frame)
    {
        if (!TryText(call, ref frame, out var text))
        {
            return Value.Null;
        }

        var separator = call.First.ToText(frame.Zone);
        if (separator.Length == 0)
        {
            frame.Note(call.Node, "nothing to split at");
            return Value.List([call.Input]);
        }

        var parts = text.Split(separator, Limits.Items, StringSplitOptions.None);
        return frame.Spend(parts.Length / 16) ? Value.Strings(parts) : Value.Null;
    }

    public static Value Contains(in FilterCall call, ref Frame frame) =>
        Value.Of(Containment.Contains(ref frame, call.Node, call.Input, call.First));

    public static Value StartsWith(in FilterCall call, ref Frame frame) =>
        Value.Of(BothStrings(call, ref frame) && call.Input.Text.StartsWith(call.First.Text, StringComparison.Ordinal));

    public static Value EndsWith(in FilterCall call, ref Frame frame) =>
        Value.Of(BothStrings(call, ref frame) && call.Input.Text.EndsWith(call.First.Text, StringComparison.Ordinal));

    /// <summary>A telephone number as networks write it: no blanks or punctuation, 00 as +.</summary>
    public static Value Phone(in FilterCall call, ref Frame frame)
    {
        if (!TryText(call, ref frame, out var text))
        {
            return Value.Null;
        }

        var compact = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '.' or '/' or '(' or ')')));
        var number = compact.StartsWith("00", StringComparison.Ordinal) ? "+" + compact[2..] : compact;
        var digits = number.StartsWith('+') ? number[1..] : number;
        return digits.Length is >= 3 and <= 15 && digits.All(char.IsAsciiDigit)
            ? Value.Of(number)
            : frame.Note(call.Node, "not a telephone number");
    }

    /// <summary>The text of anything but a list or map, which these filters do not take.</summary>
    public static bool TryText(in FilterCall call, ref Frame frame, out string text)
    {
        text = "";
        if (call.Input.Kind is ValueKind.List or ValueKind.Map)
        {
            frame.Note(call.Node, $"{call.Input.Kind.WithArticle()} where text is needed");
            return false;
        }

        text = call.Input.ToText(frame.Zone);
        return frame.SpendText(text.Length);
    }

    public static Value Finish(in FilterCall call, ref Frame frame, ref TextBuffer buffer)
    {
        if (buffer.Cut)
        {
            frame.Note(call.Node, $"cut at {Limits.Output} characters");
        }

        var text = frame.SpendText(buffer.Length) ? Value.Of(buffer.ToString()) : Value.Null;
        buffer.Dispose();
        return text;
    }

    /// <summary>Code points: what a person counts as one character, nearly.</summary>
    public static int Runes(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static ReadOnlySpan<char> Take(string text, int runes)
    {
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (runes-- <= 0)
            {
                break;
            }

            units += rune.Utf16SequenceLength;
        }

        return text.AsSpan(0, units);
    }

    private static bool BothStrings(in FilterCall call, ref Frame frame)
    {
        if (call.Input.Kind == ValueKind.String && call.First.Kind == ValueKind.String)
        {
            return frame.SpendText(call.First.Text.Length);
        }

        if (!call.Input.IsNull && frame.Tracing)
        {
            frame.Note(call.Node, $"different types: {call.Input.Kind.WithArticle()} and {call.First.Kind.WithArticle()}");
        }

        return false;
    }
}
