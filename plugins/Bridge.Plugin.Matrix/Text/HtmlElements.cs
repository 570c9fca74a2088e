using AngleSharp.Html.Parser.Tokens;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>What an element means in the tree. Pure.</summary>
internal static class HtmlElements
{
    private const string LanguagePrefix = "language-";
    private const string Spoiler = "data-mx-spoiler";

    /// <summary>A frame for an element that holds something of its own; null for all others, whose tags are passed over.</summary>
    public static HtmlFrame? FrameOf(HtmlTagToken tag) => tag.Name switch
    {
        "b" or "strong" => Styled(tag, TextStyle.Bold),
        "i" or "em" => Styled(tag, TextStyle.Italic),
        "u" or "ins" => Styled(tag, TextStyle.Underline),
        "s" or "del" or "strike" => Styled(tag, TextStyle.Strike),
        "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => Styled(tag, TextStyle.Heading),
        "span" when tag.Attributes.Exists(attribute => attribute.Name == Spoiler) => Styled(tag, TextStyle.Spoiler),
        "span" => new HtmlFrame(tag.Name, frame => frame.Children),
        "code" => new HtmlFrame(tag.Name, frame => [new CodeNode(new MessageText(frame.Words))]),
        "pre" => new HtmlFrame(tag.Name, Code),
        "a" => Link(tag),
        "blockquote" => new HtmlFrame(tag.Name, frame => [new QuoteNode(EquatableArray.From(frame.Children))]),
        "ul" or "ol" => new HtmlFrame(tag.Name, frame => [new ListNode(frame.Tag == "ol", frame.Items)]),
        "li" => new HtmlFrame(tag.Name, frame => frame.Children),
        _ => null,
    };

    public static bool IsBlock(string name) => name is "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "pre" or "blockquote" or "ul" or "ol" or "li";

    /// <summary>True of the elements of <see cref="FrameOf"/>.</summary>
    public static bool IsKnown(string name) =>
        IsBlock(name) || name is "b" or "strong" or "i" or "em" or "u" or "ins" or "s" or "del" or "strike" or "span" or "code" or "a";

    /// <summary>Of <c>&lt;code class="language-x"&gt;</c>.</summary>
    public static string? LanguageOf(HtmlTagToken tag) =>
        tag.GetAttribute("class") is { } said && said.StartsWith(LanguagePrefix, StringComparison.Ordinal) ? said[LanguagePrefix.Length..] : null;

    /// <summary>Why something is hidden, when its sender said so.</summary>
    public static string? SpoilerReason(HtmlTagToken tag) =>
        tag.Name == "span" && tag.Attributes.Find(attribute => attribute.Name == Spoiler) is { Value.Length: > 0 } reason ? reason.Value : null;

    private static HtmlFrame Styled(HtmlTagToken tag, TextStyle style) =>
        new(tag.Name, frame => [new StyledNode(style, EquatableArray.From(frame.Children))]);

    // One line break at the end belongs to the notation.
    private static IEnumerable<TextNode> Code(HtmlFrame frame)
    {
        var words = frame.Words;
        return [new CodeNode(new MessageText(words.EndsWith('\n') ? words[..^1] : words), IsBlock: true, frame.Language)];
    }

    // The normal form makes mentions of links to users, and words of links that lead nowhere.
    private static HtmlFrame Link(HtmlTagToken tag)
    {
        var target = tag.GetAttribute("href") ?? "";
        return new HtmlFrame(tag.Name, frame => [new LinkNode(new MessageText(target), EquatableArray.From(frame.Children))]);
    }
}
