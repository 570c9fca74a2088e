using System.Net;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>Between Core's tree and Matrix's HTML. Pure.</summary>
internal static class Formatting
{
    public static string Write(EquatableArray<TextNode> format) => string.Concat(format.Select(Plain).Select(Escape));

    public static EquatableArray<TextNode> Read(string html) => html.Length == 0 ? [] : [];

    public static string Escape(string? text) => WebUtility.HtmlEncode(text) ?? "";

    /// <summary>Everybody who is meant.</summary>
    public static IEnumerable<string> MentionsIn(IEnumerable<TextNode> nodes) => nodes.SelectMany(node => node switch
    {
        MentionNode mention => [mention.Who.Value],
        _ => MentionsIn(ChildrenOf(node)),
    });

    private static IEnumerable<TextNode> ChildrenOf(TextNode node) => node switch
    {
        StyledNode styled => styled.Children,
        LinkNode link => link.Children,
        QuoteNode quote => quote.Children,
        ListNode list => list.Items.SelectMany(item => item.Children),
        _ => [],
    };

    private static string Plain(TextNode node) => node switch
    {
        PlainNode plain => plain.Text.Value,
        CodeNode code => code.Text.Value,
        MentionNode mention => mention.Shown.Value,
        _ => string.Concat(ChildrenOf(node).Select(Plain)),
    };
}
