using System.Text;
using System.Text.RegularExpressions;

namespace Bridge.Host.Cli.Manual;

/// <summary>Writes a page of the manual (man macros): what must not be taken for markup is escaped.</summary>
internal sealed partial class Roff
{
    private readonly StringBuilder _page = new();
    private bool _begun;

    /// <param name="title">Such as <c>BRIDGE</c>.</param>
    public Roff(string title, int section, string date, string source) =>
        _page.Append($".\\\" Generated: bridge man\n.TH {title} {section} {date} \"{source}\"\n");

    public Roff Section(string name) => Macro("SH", name);

    public Roff Part(string name) => Macro("SS", name);

    /// <summary>Where a section begins, a paragraph does too.</summary>
    public Roff Paragraph(string text) => (_begun ? this : Macro("PP")).Text(text);

    /// <summary>A term and what it means.</summary>
    /// <param name="term">In bold; what stands in angle brackets is a variable.</param>
    public Roff Term(string term, string meaning)
    {
        Macro("TP");
        _page.Append(Variable().Replace("\\fB" + Escape(term) + "\\fR", name => $"\\fR\\fI{name.Groups["name"].Value}\\fR\\fB")).Append('\n');
        return Text(meaning);
    }

    public Roff Example(params IEnumerable<string> lines)
    {
        _page.Append(_begun ? "" : ".PP\n").Append(".RS 4\n.nf\n").AppendJoin('\n', lines.Select(line => Line(Escape(line)))).Append("\n.fi\n.RE\n");
        return this;
    }

    public override string ToString() => _page.ToString();

    private Roff Macro(string name, string argument = "")
    {
        _begun = name is "SH" or "SS";
        _page.Append('.').Append(name).Append(argument.Length == 0 ? "" : $" \"{Escape(argument)}\"").Append('\n');
        return this;
    }

    private Roff Text(string text)
    {
        _begun = false;
        _page.Append(Line(Code().Replace(Escape(text), code => $"\\fB{code.Groups["code"].Value}\\fR"))).Append('\n');
        return this;
    }

    // A line that begins with a dot or an apostrophe would be a command.
    private static string Line(string text) => text is ['.' or '\'', ..] ? "\\&" + text : text;

    private static string Escape(string text) => text
        .Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\"", "\\(dq", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal).Replace("°", "\\(de", StringComparison.Ordinal);

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("<(?<name>[^>]+)>")]
    private static partial Regex Variable();
}
