using System.Diagnostics;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Text;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Text;

/// <summary>Whatever a stranger writes: a tree of bounded depth, in bounded time and memory, whose HTML is of the subset again.</summary>
public sealed class FuzzTests
{
    private static readonly string[] s_pieces =
    [
        "<b>", "</b>", "<i a=1>", "<p>", "</p>", "<blockquote>", "</blockquote>", "<ul>", "</ul>", "<ol>", "<li>", "</li>", "<pre>", "</pre>", "<code>", "</code>", "<a href=\"https://x/\">",
        "<a href='javascript:x'>", "</a>", "<mx-reply>", "</mx-reply>", "<script>", "</script>", "<span data-mx-spoiler>", "</span>", "<h1>", "</h2>", "<table>", "<td>", "<br>", "<br/>", "&lt;", "&#0;",
        "&#xD800;", "&bogus", "<", ">", "\"", "<!--", "-->", "<![CDATA[", "]]>", "<!", "</", "x", " ", "\n", "\0", "\ud800", "<svg>", "<math>", "<template>", "<plaintext>", "<textarea>", "<img alt=y>",
        "<li value=3>", "<hr>",
    ];

    [Fact]
    public void Pieces_of_html_in_any_order_do_no_harm()
    {
        var random = new Random(301);
        for (var i = 0; i < 5_000; i++)
        {
            Try(string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => s_pieces[random.Next(s_pieces.Length)])));
        }
    }

    [Fact]
    public void Mutated_html_does_no_harm()
    {
        var random = new Random(302);
        var trees = new RandomTrees(random);
        for (var i = 0; i < 3_000; i++)
        {
            var html = new StringBuilder(new HtmlWriter().Write(TextTree.Normal(trees.Trees(4))));
            for (var n = random.Next(1, 5); n > 0 && html.Length > 0; n--)
            {
                var at = random.Next(html.Length);
                _ = random.Next(3) switch { 0 => html.Remove(at, 1), 1 => html.Insert(at, s_pieces[random.Next(s_pieces.Length)]), _ => html.Insert(at, (char)random.Next(0, 0x10000)) };
            }

            Try(html.ToString());
        }
    }

    [Theory]
    [InlineData("<b>", "x")]
    [InlineData("<blockquote>", "x")]
    [InlineData("<ul><li>", "x")]
    [InlineData("<mx-reply>", "x")]
    [InlineData("<p><b a{0}>", "<p>x")]
    [InlineData("<a href=\"https://x/{0}\">", "x")]
    [InlineData("<code>", "x</code>")]
    [InlineData("<span data-mx-spoiler>", "</b>")]
    [InlineData("<pre>", "</i>")]
    [InlineData("&amp", "&")]
    [InlineData("<table><tr>", "<td>x")]
    public void Bombs_cost_no_more_than_their_length(string begin, string end)
    {
        var bomb = new StringBuilder();
        for (var i = 0; bomb.Length < MatrixHtml.MostRead / 2; i++)
        {
            bomb.AppendFormat(null, begin, i);
        }

        while (bomb.Length + end.Length < MatrixHtml.MostRead)
        {
            bomb.Append(end);
        }

        var html = bomb.ToString();
        MatrixHtml.Read(html);
        var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var read = MatrixHtml.Read(html);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60_000_000);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(Depth(read), 0, TextTree.MostDepth + 2);
    }

    [Fact]
    public void A_tree_of_any_depth_is_written()
    {
        TextNode deep = new PlainNode(new MessageText("x"));
        for (var i = 0; i < 5_000; i++)
        {
            deep = new QuoteNode([deep]);
        }

        Assert.Contains("x", MatrixHtml.Write([deep]), StringComparison.Ordinal);
    }

    private static void Try(string html)
    {
        var read = MatrixHtml.Read(html);
        Assert.Equal(read, MatrixHtml.Read(new HtmlWriter().Write(read)));
        Assert.InRange(Depth(read), 0, TextTree.MostDepth + 2);
    }

    private static int Depth(EquatableArray<TextNode> nodes) => nodes.Count == 0 ? 0 : 1 + nodes.Max(node => node switch
    {
        StyledNode styled => Depth(styled.Children),
        LinkNode link => Depth(link.Children),
        QuoteNode quote => Depth(quote.Children),
        ListNode list => list.Items.Max(item => Depth(item.Children)),
        _ => 0,
    });
}
