using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>A tree without its looks. Pure.</summary>
internal static class PlainText
{
    /// <summary>
    /// As people write it where there is no formatting: quotes with <c>&gt; </c>, lists with <c>- </c> and <c>1. </c>, a link's target behind its words.
    /// </summary>
    public static string Of(IReadOnlyList<TextNode> nodes)
    {
        var text = new StringBuilder();
        Write(text, TextTree.Normal(nodes));
        return text.ToString();
    }

    /// <summary>The words alone, one after the other; of any depth.</summary>
    public static string WordsOf(IReadOnlyList<TextNode> nodes)
    {
        var text = new StringBuilder();
        var left = new Stack<TextNode>(nodes.Reverse());
        while (left.TryPop(out var node))
        {
            switch (node)
            {
                case PlainNode plain:
                    text.Append(plain.Text.Value);
                    break;
                case CodeNode code:
                    text.Append(code.Text.Value);
                    break;
                case MentionNode mention:
                    text.Append(mention.Shown.Value);
                    break;
                default:
                    foreach (var child in ChildrenOf(node).Reverse())
                    {
                        left.Push(child);
                    }

                    break;
            }
        }

        return text.ToString();
    }

    private static IEnumerable<TextNode> ChildrenOf(TextNode node) => node switch
    {
        StyledNode styled => styled.Children,
        LinkNode link => link.Children,
        QuoteNode quote => quote.Children,
        ListNode list => list.Items.SelectMany(item => item.Children),
        _ => [],
    };

    private static void Write(StringBuilder text, EquatableArray<TextNode> nodes)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0 && (TextTree.IsBlock(nodes[i]) || TextTree.IsBlock(nodes[i - 1])))
            {
                text.Append('\n');
            }

            Write(text, nodes[i]);
        }
    }

    private static void Write(StringBuilder text, TextNode node)
    {
        switch (node)
        {
            case LinkNode link:
                var words = Of(link.Children);
                text.Append(words);
                if (words != link.Target.Value && link.Target.Value != "mailto:" + words)
                {
                    text.Append(" (").Append(link.Target.Value).Append(')');
                }

                break;
            case StyledNode styled:
                Write(text, styled.Children);
                break;
            case QuoteNode quote:
                Indent(text, quote.Children, "> ", "> ");
                break;
            case ListNode list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    var mark = list.IsNumbered ? $"{i + 1}. " : "- ";
                    text.Append(i > 0 ? "\n" : "");
                    Indent(text, list.Items[i].Children, mark, new string(' ', mark.Length));
                }

                break;
            default:
                text.Append(WordsOf([node]));
                break;
        }
    }

    private static void Indent(StringBuilder text, EquatableArray<TextNode> nodes, string first, string others)
    {
        var inner = new StringBuilder();
        Write(inner, nodes);
        text.Append(first).Append(inner.Replace("\n", "\n" + others));
    }
}
