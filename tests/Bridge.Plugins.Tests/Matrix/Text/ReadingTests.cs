using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Text;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Text;

/// <summary>What other clients write.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("<p>one</p>\n<p>two</p>\n", "one\n\ntwo")]
    [InlineData("one<br/>two", "one\ntwo")]
    [InlineData("<mx-reply><blockquote><a href=\"https://matrix.to/#/!r:s/$e\">In reply to</a> them</blockquote></mx-reply>answer", "answer")]
    [InlineData("<mx-reply>never ends", "")]
    [InlineData("a<script>alert('x')</script>b<style>p{}</style>c", "abc")]
    [InlineData("<ul>\n<li>one</li>\n<li>two<ol><li>deep</li></ol></li>\n</ul>", "- one\n- two\n  1. deep")]
    [InlineData("<ul><li>one<li>two</ul>after", "- one\n- two\nafter")]
    [InlineData("<blockquote>\n<p>said</p>\n<p>more</p>\n</blockquote>\n<p>answer</p>", "> said\n> \n> more\nanswer")]
    [InlineData("<pre><code class=\"language-cs\">a\n  b\n</code></pre>", "a\n  b")]
    [InlineData("<pre>\nraw <b>not bold</b>\n</pre>", "raw not bold")]
    [InlineData("<b>not <i>closed", "not closed")]
    [InlineData("<b>over<i>lap</b>ped</i>", "overlapped")]
    [InlineData("<a href=\"https://example.org\">there</a>", "there (https://example.org)")]
    [InlineData("<a href=\"javascript:alert(1)\">there</a>", "there")]
    [InlineData("<a href=\"  https://example.org\">there</a>", "there")]
    [InlineData("<img data-mx-emoticon src=\"mxc://s/x\" alt=\":cat:\"> <img src=\"http://evil/\">", ":cat:")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("&lt;b&gt; &amp;amp; &nbsp;x &eacute; &#128077;", "<b> &amp;  x é 👍")]
    [InlineData("<!-- comment -->a<!DOCTYPE html>b<?php x ?>c", "abc")]
    [InlineData("<font color=\"red\">red</font> <sup>2</sup>", "red 2")]
    [InlineData("<li>stray</li><li>items</li>", "stray\nitems")]
    public void Html_reads_as_text(string html, string plain) => Assert.Equal(plain, PlainText.Of(MatrixHtml.Read(html)));

    [Fact]
    public void Looks_become_nodes()
    {
        var read = MatrixHtml.Read(
            "<b>1</b><em>2</em><u>3</u><del>4</del><span data-mx-spoiler=\"why\">5</span><h1>6</h1><code>7</code><blockquote>8</blockquote>");

        EquatableArray<TextNode> expected =
        [
            Styled(TextStyle.Bold, "1"), Styled(TextStyle.Italic, "2"), Styled(TextStyle.Underline, "3"), Styled(TextStyle.Strike, "4"),
            Styled(TextStyle.Spoiler, "(why) 5"), Styled(TextStyle.Heading, "6"), new CodeNode(new MessageText("7")), new QuoteNode([Plain("8")]),
        ];
        Assert.Equal(expected, read);
    }

    [Theory]
    [InlineData("https://matrix.to/#/@a:hs.test")]
    [InlineData("https://matrix.to/#/%40a%3Ahs.test")]
    [InlineData("https://matrix.to/#/@a:hs.test?via=hs.test")]
    [InlineData("matrix:u/a:hs.test?action=chat")]
    public void Links_to_users_are_mentions(string link) =>
        Assert.Equal([new MentionNode(new MessageText("@a:hs.test"), new MessageText("Anna"))], MatrixHtml.Read($"<a href=\"{link}\">Anna</a>"));

    [Fact]
    public void A_mention_is_written_as_a_link_and_one_of_another_network_as_its_words()
    {
        Assert.Equal("<a href=\"https://matrix.to/#/@a:hs.test\">Anna</a>", MatrixHtml.Write([new MentionNode(new MessageText("@a:hs.test"), new MessageText("Anna"))]));
        Assert.Equal("Anna", MatrixHtml.Write([new MentionNode(new MessageText("+4912345"), new MessageText("Anna"))]));
    }

    [Fact]
    public void What_is_too_long_for_an_event_is_left_to_the_plain_text()
    {
        Assert.Empty(MatrixHtml.Read(new string('x', MatrixHtml.MostRead + 1)));
        Assert.Equal("", MatrixHtml.Write([Plain(new string('x', MatrixHtml.MostWritten + 1))]));
    }

    private static PlainNode Plain(string text) => new(new MessageText(text));

    private static StyledNode Styled(TextStyle style, string text) => new(style, [Plain(text)]);
}
