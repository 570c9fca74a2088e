using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Text;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Text;

/// <summary>What holds of every tree and of every HTML.</summary>
public sealed class LawTests
{
    private const int Rounds = 4_000;

    private static readonly string[] s_allowed =
        ["STRONG", "EM", "U", "DEL", "SPAN", "CODE", "PRE", "A", "BLOCKQUOTE", "UL", "OL", "LI", "H3", "BR"];

    [Fact]
    public void Reading_what_was_written_gives_the_normal_form()
    {
        ForAll(201, tree =>
        {
            var normal = TextTree.Normal(tree);
            Assert.Equal(normal, MatrixHtml.Read(new HtmlWriter().Write(normal)));
        });
    }

    [Fact]
    public void The_normal_form_is_its_own()
    {
        ForAll(202, tree =>
        {
            var normal = TextTree.Normal(tree);
            Assert.Equal(normal, TextTree.Normal(normal));
        });
    }

    [Fact]
    public void A_browser_sees_the_subset_alone_and_the_same_words()
    {
        var parser = new HtmlParser();
        ForAll(203, tree =>
        {
            var normal = TextTree.Normal(tree);
            var body = parser.ParseDocument("<body>" + new HtmlWriter().Write(normal)).Body!;
            Assert.All(body.Descendants().OfType<IElement>(), element =>
            {
                Assert.Contains(element.TagName, s_allowed);
                Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, (string[])["href", "class", "data-mx-spoiler"]));
                Assert.True(element.GetAttribute("href") is not { } href || MatrixLinks.IsAllowed(href), "a link that leads nowhere");
            });
            Assert.Equal(Letters(PlainText.WordsOf(normal)), Letters(body.TextContent));
        });
    }

    [Fact]
    public void Plain_text_has_all_the_words_in_order()
    {
        ForAll(204, tree =>
        {
            var normal = TextTree.Normal(tree);
            var at = 0;
            var plain = PlainText.Of(normal);
            foreach (var letter in PlainText.WordsOf(normal).Where(letter => !char.IsWhiteSpace(letter)))
            {
                at = plain.IndexOf(letter, at) + 1;
                Assert.NotEqual(0, at);
            }
        });
    }

    private static string Letters(string text) => string.Concat(text.Where(letter => letter is not (' ' or '\n' or '\t' or '\u00a0')));

    private static void ForAll(int seed, Action<TextNode[]> law)
    {
        var random = new Random(seed);
        var trees = new RandomTrees(random);
        for (var i = 0; i < Rounds; i++)
        {
            law(trees.Trees(random.Next(5)));
        }
    }
}
