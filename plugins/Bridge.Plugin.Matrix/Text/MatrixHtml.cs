using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>
/// Between Core's tree and the HTML subset of the Matrix specification (<c>org.matrix.custom.html</c>). Pure, and sanitised both ways: what is not of the subset
/// loses its tag and keeps its words. Reading what was written gives the normal form of the tree (<see cref="TextTree.Normal"/>).
/// </summary>
internal static class MatrixHtml
{
    /// <summary>An event has at most 65,536 bytes: longer HTML does not come from a homeserver, and cannot be sent to one.</summary>
    public const int MostRead = 65_536;

    /// <summary>Leaves room for the plain body and for what an escaped character costs in JSON.</summary>
    public const int MostWritten = 24_000;

    /// <summary>The tree as HTML. Empty when there is nothing to show, and when it would be too long for an event: the plain text stands then.</summary>
    public static string Write(IReadOnlyList<TextNode> nodes)
    {
        var html = new HtmlWriter().Write(TextTree.Normal(nodes));
        return html.Length <= MostWritten ? html : "";
    }

    /// <summary>What the HTML says. Empty when it says nothing, and when it is too long for an event: the plain body stands then.</summary>
    public static EquatableArray<TextNode> Read(string html) => html.Length <= MostRead ? TextTree.Normal(new HtmlReader().Read(html)) : [];
}
