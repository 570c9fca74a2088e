using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Text;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>Between Core's tree and Matrix's HTML. Pure.</summary>
internal static class Formatting
{
    /// <summary>Empty when there is nothing to show, or too much.</summary>
    public static string Write(EquatableArray<TextNode> format) => MatrixHtml.Write(format);

    public static EquatableArray<TextNode> Read(string html) => MatrixHtml.Read(html);

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
}
