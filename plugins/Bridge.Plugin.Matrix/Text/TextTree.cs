using System.Globalization;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>
/// The normal form of a tree: what HTML can say of it. Neighbouring plain texts are one; nothing is empty; no blank stands beside a block or at an edge of one; no
/// link is in a link; links lead where they may; no control characters; at most <see cref="MostDepth"/> deep, and flat from there on.
/// </summary>
internal static class TextTree
{
    public const int MostDepth = 32;

    private static readonly char[] s_blanks = [' ', '\n'];

    public static EquatableArray<TextNode> Normal(IReadOnlyList<TextNode> nodes) => Block(nodes, new Place(0, InLink: false));

    /// <summary>True of what begins and ends a line.</summary>
    public static bool IsBlock(TextNode node) =>
        node is QuoteNode or ListNode or CodeNode { IsBlock: true } or StyledNode { Style: TextStyle.Heading };

    private static EquatableArray<TextNode> Block(IReadOnlyList<TextNode> nodes, Place place) => Trim(Inline(nodes, place), isBlock: true);

    private static List<TextNode> Inline(IReadOnlyList<TextNode> nodes, Place place)
    {
        var normal = new List<TextNode>(nodes.Count);
        foreach (var node in nodes)
        {
            Add(normal, node, place);
        }

        return normal;
    }

    private static void Add(List<TextNode> normal, TextNode node, Place place)
    {
        if (place.Depth >= MostDepth && node is not (PlainNode or CodeNode or MentionNode))
        {
            AddPlain(normal, PlainText.WordsOf([node]));
            return;
        }

        switch (node)
        {
            case PlainNode plain:
                AddPlain(normal, plain.Text.Value);
                break;
            case CodeNode code:
                AddCode(normal, code);
                break;
            case MentionNode mention:
                AddMention(normal, mention.Who.Value, mention.Shown.Value, place);
                break;
            case LinkNode link:
                AddLink(normal, link, place);
                break;
            case ListNode list:
                AddList(normal, list, place.Deeper);
                break;
            case QuoteNode quote when Block(quote.Children, place.Deeper) is { Count: > 0 } children:
                normal.Add(new QuoteNode(children));
                break;
            case StyledNode { Style: TextStyle.Heading } heading when Block(heading.Children, place.Deeper) is { Count: > 0 } children:
                normal.Add(heading with { Children = children });
                break;
            case StyledNode { Style: not TextStyle.Heading } styled when Trim(Inline(styled.Children, place.Deeper), isBlock: false) is { Count: > 0 } children:
                normal.Add(styled with { Children = children });
                break;
        }
    }

    private static void AddPlain(List<TextNode> normal, string text)
    {
        var clean = Clean(text, keepsLayout: false);
        if (clean.Length == 0)
        {
            return;
        }

        if (normal.Count > 0 && normal[^1] is PlainNode before)
        {
            normal[^1] = new PlainNode(new MessageText(before.Text.Value + clean));
        }
        else
        {
            normal.Add(new PlainNode(new MessageText(clean)));
        }
    }

    private static void AddCode(List<TextNode> normal, CodeNode code)
    {
        var clean = Clean(code.Text.Value, keepsLayout: true);
        if (clean.Length > 0)
        {
            var language = code is { IsBlock: true, Language: { Length: > 0 and <= 32 } said } && said.All(IsOfALanguage) ? said : null;
            normal.Add(new CodeNode(new MessageText(clean), code.IsBlock, language));
        }
    }

    private static bool IsOfALanguage(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '#' or '-' or '_' or '.';

    private static void AddMention(List<TextNode> normal, string who, string shown, Place place)
    {
        var clean = Clean(shown, keepsLayout: false).Replace('\n', ' ').Trim(' ');
        if (place.InLink || !MatrixLinks.IsUser(who))
        {
            AddPlain(normal, clean);
        }
        else
        {
            normal.Add(new MentionNode(new MessageText(who), new MessageText(clean.Length > 0 ? clean : who)));
        }
    }

    private static void AddLink(List<TextNode> normal, LinkNode link, Place place)
    {
        if (MatrixLinks.UserOf(link.Target.Value) is { } user)
        {
            AddMention(normal, user, PlainText.WordsOf(link.Children), place);
            return;
        }

        var isLink = !place.InLink && MatrixLinks.IsAllowed(link.Target.Value);
        var children = Inline(link.Children, place.Deeper with { InLink = place.InLink || isLink });
        if (!isLink)
        {
            foreach (var child in children)
            {
                Add(normal, child, place);
            }
        }
        else if (Trim(children, isBlock: false) is { Count: > 0 } shown)
        {
            normal.Add(link with { Children = shown });
        }
    }

    private static void AddList(List<TextNode> normal, ListNode list, Place inside)
    {
        var items = list.Items.Select(item => new ListItemNode(Block(item.Children, inside))).Where(item => item.Children.Count > 0).ToArray();
        if (items.Length > 0)
        {
            normal.Add(list with { Items = new(items) });
        }
    }

    /// <summary>Takes blanks away beside blocks, and at the edges of one.</summary>
    private static EquatableArray<TextNode> Trim(List<TextNode> nodes, bool isBlock)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is not PlainNode plain)
            {
                continue;
            }

            var text = plain.Text.Value;
            text = i == 0 ? (isBlock ? text.TrimStart(s_blanks) : text) : IsBlock(nodes[i - 1]) ? text.TrimStart(s_blanks) : text;
            text = i == nodes.Count - 1 ? (isBlock ? text.TrimEnd(s_blanks) : text) : IsBlock(nodes[i + 1]) ? text.TrimEnd(s_blanks) : text;
            nodes[i] = new PlainNode(new MessageText(text));
        }

        nodes.RemoveAll(node => node is PlainNode { Text.Value.Length: 0 });
        return EquatableArray.From(nodes);
    }

    /// <summary>No control characters and no halves of surrogate pairs; outside code a tab and a blank that does not break are blanks.</summary>
    private static string Clean(string text, bool keepsLayout)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            switch (letter)
            {
                case '\r':
                    clean.Append(i + 1 < text.Length && text[i + 1] == '\n' ? "" : "\n");
                    break;
                case '\t' or '\u00a0' when !keepsLayout:
                    clean.Append(' ');
                    break;
                case '\n' or '\t':
                    clean.Append(letter);
                    break;
                case var _ when char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]):
                    clean.Append(letter).Append(text[++i]);
                    break;
                case var _ when char.IsSurrogate(letter):
                    clean.Append('\ufffd');
                    break;
                case '\ufeff':
                    break;
                case var _ when char.GetUnicodeCategory(letter) != UnicodeCategory.Control:
                    clean.Append(letter);
                    break;
            }
        }

        return clean.ToString();
    }

    private readonly record struct Place(int Depth, bool InLink)
    {
        public Place Deeper => this with { Depth = Depth + 1 };
    }
}
