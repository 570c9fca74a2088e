using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>Writes a tree in normal form. A blank that HTML would swallow is written as one that does not break.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _html = new();
    private bool _swallowsBlank = true;

    public string Write(EquatableArray<TextNode> nodes)
    {
        WriteAll(nodes);
        return _html.ToString();
    }

    private void WriteAll(EquatableArray<TextNode> nodes)
    {
        foreach (var node in nodes)
        {
            Write(node);
        }
    }

    private void Write(TextNode node)
    {
        switch (node)
        {
            case PlainNode plain:
                WriteWords(plain.Text.Value);
                break;
            case StyledNode styled:
                WriteStyled(styled);
                break;
            case CodeNode { IsBlock: true } code:
                _html.Append(code.Language is null ? "<pre><code>" : $"<pre><code class=\"language-{code.Language}\">");
                Escape(code.Text.Value);
                _html.Append("\n</code></pre>");
                _swallowsBlank = true;
                break;
            case CodeNode code:
                _html.Append("<code>");
                Escape(code.Text.Value);
                _html.Append("</code>");
                _swallowsBlank = false;
                break;
            case LinkNode link:
                _html.Append("<a href=\"");
                Escape(link.Target.Value);
                _html.Append("\">");
                WriteAll(link.Children);
                _html.Append("</a>");
                break;
            case MentionNode mention:
                _html.Append("<a href=\"");
                Escape(MatrixLinks.To(mention.Who.Value));
                _html.Append("\">");
                WriteWords(mention.Shown.Value);
                _html.Append("</a>");
                break;
            case QuoteNode quote:
                WriteBlock("blockquote", quote.Children);
                break;
            case ListNode list:
                WriteList(list);
                break;
        }
    }

    private void WriteStyled(StyledNode styled)
    {
        switch (styled.Style)
        {
            case TextStyle.Heading:
                WriteBlock("h3", styled.Children);
                break;
            case TextStyle.Spoiler:
                WriteAround("<span data-mx-spoiler>", styled.Children, "</span>");
                break;
            case var style:
                var tag = style switch { TextStyle.Bold => "strong", TextStyle.Italic => "em", TextStyle.Underline => "u", _ => "del" };
                WriteAround($"<{tag}>", styled.Children, $"</{tag}>");
                break;
        }
    }

    private void WriteAround(string before, EquatableArray<TextNode> nodes, string after)
    {
        _html.Append(before);
        WriteAll(nodes);
        _html.Append(after);
    }

    private void WriteBlock(string tag, EquatableArray<TextNode> nodes)
    {
        _swallowsBlank = true;
        WriteAround($"<{tag}>", nodes, $"</{tag}>");
        _swallowsBlank = true;
    }

    private void WriteList(ListNode list)
    {
        _html.Append(list.IsNumbered ? "<ol>" : "<ul>");
        foreach (var item in list.Items)
        {
            WriteBlock("li", item.Children);
        }

        _html.Append(list.IsNumbered ? "</ol>" : "</ul>");
        _swallowsBlank = true;
    }

    private void WriteWords(string words)
    {
        foreach (var letter in words)
        {
            switch (letter)
            {
                case '\n':
                    _html.Append("<br>");
                    _swallowsBlank = true;
                    break;
                case ' ' when _swallowsBlank:
                    _html.Append("&nbsp;");
                    _swallowsBlank = false;
                    break;
                case ' ':
                    _html.Append(' ');
                    _swallowsBlank = true;
                    break;
                default:
                    Escape(letter);
                    _swallowsBlank = false;
                    break;
            }
        }
    }

    private void Escape(string text)
    {
        foreach (var letter in text)
        {
            Escape(letter);
        }
    }

    private void Escape(char letter) => _ = letter switch
    {
        '<' => _html.Append("&lt;"),
        '>' => _html.Append("&gt;"),
        '&' => _html.Append("&amp;"),
        '"' => _html.Append("&quot;"),
        _ => _html.Append(letter),
    };
}
