using System.Globalization;
using Bridge.Core.Configuration;
using YamlDotNet.Core;

namespace Bridge.Host.Configuration.Yaml;

/// <summary>
/// Finds a character of a scalar's value in the file. Beside escapes, YAML changes only white space between file and value, so both are walked
/// together and meet again at each visible character; where they do not, there is no answer.
/// </summary>
internal sealed class ScalarSource(SourceText source, int start, ScalarStyle style)
{
    public bool IsPlain => style == ScalarStyle.Plain;

    public SourcePosition? PositionOf(string value, int offset)
    {
        var at = ContentStart();
        for (var i = 0; i < value.Length; i++)
        {
            if (Step(value, ref i, ref at) is not { } found)
            {
                return null;
            }

            if (i >= offset)
            {
                return source.At(found);
            }
        }

        return source.At(at);
    }

    // A block scalar begins after its header line.
    private int ContentStart() => style switch
    {
        ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => start + 1,
        ScalarStyle.Literal or ScalarStyle.Folded => source.Text.IndexOf('\n', start) + 1,
        _ => start,
    };

    // Consumes the file's spelling of value[i]; returns where it begins, or null when the walk lost its way.
    private int? Step(string value, ref int i, ref int at)
    {
        var text = source.Text;
        if (!char.IsWhiteSpace(value[i]))
        {
            SkipWhiteSpace(ref at);
        }

        var found = at;
        if (at < text.Length && style == ScalarStyle.DoubleQuoted && text[at] == '\\')
        {
            var length = Escape(text, at, out var meaning);
            at += length;
            i += meaning.Length - 1;
            return length == 0 || i >= value.Length ? null : found;
        }

        if (at < text.Length && text[at] == value[i])
        {
            at += style == ScalarStyle.SingleQuoted && text[at] == '\'' ? 2 : 1;
            return found;
        }

        // A folded line break stands for this space; the next visible character meets again.
        return char.IsWhiteSpace(value[i]) ? found : null;
    }

    private void SkipWhiteSpace(ref int at)
    {
        var text = source.Text;
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || IsEscapedBreak(text, at)))
        {
            at++;
        }
    }

    private bool IsEscapedBreak(string text, int at) =>
        style == ScalarStyle.DoubleQuoted && text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '\r' or '\n';

    private static int Escape(string text, int at, out string meaning)
    {
        var digits = at + 1 >= text.Length ? 0 : text[at + 1] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        meaning = "?";
        if (digits > 0 && at + 2 + digits <= text.Length
            && int.TryParse(text.AsSpan(at + 2, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code) && code > 0xFFFF)
        {
            meaning = "??";
        }

        return at + 1 < text.Length ? 2 + digits : 0;
    }
}
