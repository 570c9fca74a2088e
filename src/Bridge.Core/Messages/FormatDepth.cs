using System.Text;
using Bridge.Abstractions;

namespace Bridge.Core.Messages;

/// <summary>
/// Bounds how deep formatted text is nested: what is below is there as plain words. Nobody reads a quote in a list in a quote in a list; and what is sealed is
/// JSON, whose readers have a bound of their own.
/// </summary>
internal static class FormatDepth
{
    /// <summary>A list costs four levels of JSON; with what stands around the text this stays below 64.</summary>
    public const int Most = 10;

    public static Inbound Bounded(Inbound inbound) => inbound.Event switch
    {
        MessagePosted posted when posted.Parts.Any(IsTooDeep) => inbound with
        {
            Event = posted with { Parts = [.. posted.Parts.Select(part => part is TextPart text ? text with { Format = Bounded(text.Format, Most) } : part)] },
        },
        MessageEdited edited when IsTooDeep(edited.Format) => inbound with { Event = edited with { Format = Bounded(edited.Format, Most) } },
        _ => inbound,
    };

    private static bool IsTooDeep(MessagePart part) => part is TextPart { Format: var format } && IsTooDeep(format);

    // Level by level and not by calls: a tree may be deeper than the stack.
    private static bool IsTooDeep(EquatableArray<TextNode> nodes)
    {
        var level = nodes.ToList();
        for (var depth = 0; level.Count > 0; depth++)
        {
            if (depth == Most)
            {
                return true;
            }

            level = [.. level.SelectMany(ChildrenOf)];
        }

        return false;
    }

    private static EquatableArray<TextNode> Bounded(EquatableArray<TextNode> nodes, int levels) => [.. nodes.Select(node => Bounded(node, levels))];

    private static TextNode Bounded(TextNode node, int levels) => node switch
    {
        _ when levels == 1 => ChildrenOf(node).Any() ? new PlainNode(new MessageText(WordsOf(node))) : node,
        StyledNode styled => styled with { Children = Bounded(styled.Children, levels - 1) },
        LinkNode link => link with { Children = Bounded(link.Children, levels - 1) },
        QuoteNode quote => quote with { Children = Bounded(quote.Children, levels - 1) },
        ListNode list => list with { Items = [.. list.Items.Select(item => item with { Children = Bounded(item.Children, levels - 1) })] },
        _ => node,
    };

    private static IEnumerable<TextNode> ChildrenOf(TextNode node) => node switch
    {
        StyledNode styled => styled.Children,
        LinkNode link => link.Children,
        QuoteNode quote => quote.Children,
        ListNode list => list.Items.SelectMany(item => item.Children),
        _ => [],
    };

    /// <summary>The words in their order, without a look.</summary>
    private static string WordsOf(TextNode node)
    {
        var words = new StringBuilder();
        var waiting = new Stack<TextNode>([node]);
        while (waiting.TryPop(out var next))
        {
            words.Append(next switch
            {
                PlainNode plain => plain.Text.Value,
                CodeNode code => code.Text.Value,
                MentionNode mention => mention.Shown.Value,
                _ => "",
            });
            foreach (var child in ChildrenOf(next).Reverse())
            {
                waiting.Push(child);
            }
        }

        return words.ToString();
    }
}
