using System.Text;
using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>
/// Cuts formatted text where its plain text was cut. Only where the tree's words are that text, letter for letter: a quote, a list or a link that is written
/// out in the plain text has no place there at which it could be cut.
/// </summary>
internal sealed class FormatCutter
{
    private readonly IReadOnlyList<string> _pieces;
    private int _piece;
    private int _at;

    private FormatCutter(IReadOnlyList<string> pieces) => _pieces = pieces;

    /// <summary>One tree for each piece; null when that cannot be, and the pieces stay plain.</summary>
    public static IReadOnlyList<EquatableArray<TextNode>>? Cut(EquatableArray<TextNode> format, string text, IReadOnlyList<string> pieces)
    {
        var words = new StringBuilder(text.Length);
        if (!format.All(node => Say(node, words)) || !words.Equals(text))
        {
            return null;
        }

        var cut = new FormatCutter(pieces).Cut(format).ToLookup(part => part.Piece, part => part.Node);
        return [.. Enumerable.Range(0, pieces.Count).Select(piece => EquatableArray.From(cut[piece]))];
    }

    private List<(int Piece, TextNode Node)> Cut(EquatableArray<TextNode> nodes) => [.. nodes.SelectMany(Cut)];

    private IEnumerable<(int Piece, TextNode Node)> Cut(TextNode node) => node switch
    {
        PlainNode plain => Words(plain.Text).Select(part => (part.Piece, (TextNode)new PlainNode(part.Text))),
        CodeNode code => Words(code.Text).Select(part => (part.Piece, (TextNode)(code with { Text = part.Text }))),
        StyledNode styled => Whole(styled.Children, children => styled with { Children = children }),
        LinkNode link => Whole(link.Children, children => link with { Children = children }),
        MentionNode mention => Words(mention.Shown).Select(part => (part.Piece, part.Text == mention.Shown ? mention : (TextNode)new PlainNode(part.Text))),
        _ => throw new ArgumentException($"{node.GetType().Name} cannot be cut", nameof(node)),
    };

    private IEnumerable<(int Piece, TextNode Node)> Whole(EquatableArray<TextNode> children, Func<EquatableArray<TextNode>, TextNode> around) =>
        Cut(children).GroupBy(part => part.Piece, part => part.Node).Select(inside => (inside.Key, around(EquatableArray.From(inside))));

    private List<(int Piece, MessageText Text)> Words(MessageText text)
    {
        var parts = new List<(int, MessageText)>();
        for (var from = 0; from < text.Value.Length;)
        {
            var length = Math.Min(text.Value.Length - from, _pieces[_piece].Length - _at);
            if (length > 0)
            {
                parts.Add((_piece, new MessageText(text.Value.Substring(from, length))));
            }

            from += length;
            _at += length;
            if (_at == _pieces[_piece].Length)
            {
                (_piece, _at) = (_piece + 1, 0);
            }
        }

        return parts;
    }

    /// <summary>False when the node stands on lines of its own.</summary>
    private static bool Say(TextNode node, StringBuilder words)
    {
        switch (node)
        {
            case PlainNode plain:
                words.Append(plain.Text.Value);
                return true;
            case CodeNode code:
                words.Append(code.Text.Value);
                return true;
            case MentionNode mention:
                words.Append(mention.Shown.Value);
                return true;
            case StyledNode styled:
                return styled.Children.All(child => Say(child, words));
            case LinkNode link:
                return link.Children.All(child => Say(child, words));
            default:
                return false;
        }
    }
}
