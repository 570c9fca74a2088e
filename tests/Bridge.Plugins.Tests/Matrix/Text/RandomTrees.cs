using Bridge.Abstractions;

namespace Bridge.Plugins.Tests.Matrix.Text;

/// <summary>Trees of every kind of node, with the words that make trouble in HTML.</summary>
internal sealed class RandomTrees(Random random)
{
    private static readonly string[] s_words =
    [
        "word", " ", "  ", "\n", "\n\n", "a b", " lead", "trail ", "<b>", "&amp;", "&lt", "\"q\"", "'", "\t", "\u00a0", "\r\n", "\u0000", "\u001b", "👍🏽", "\ud83d", "\ufeff",
        "é", "e\u0301", "\u200d", "</code>", "</a>", "<!--", "]]>", "&#x41;", "> quote", "- item", "```", "\u2028", "\u0085",
    ];

    private static readonly string[] s_targets =
    [
        "https://example.org/", "http://example.org/a?b=c&d=\"e\"#f", "mailto:a@example.org", "javascript:alert(1)", "https://matrix.to/#/@a:hs.test", "matrix:u/a:hs.test",
        "https://matrix.to/#/!room:hs.test", "data:text/html,x", "/relative", "", "https://exa mple.org/", "HTTPS://EXAMPLE.ORG", "https://matrix.to/#/%40a%3Ahs.test?via=x", "ftp://x",
    ];

    private static readonly string[] s_people = ["@a:hs.test", "@long_name=2f/+.-:hs.test:8448", "a", "@:x", "@no", "@%41:hs.test", "@a b:hs.test"];

    private static readonly string?[] s_languages = [null, "c#", "c++", "csharp", "a b", "", "x\"y"];

    public TextNode[] Trees(int depth) => [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => Tree(depth))];

    public TextNode Tree(int depth) => random.Next(depth <= 0 ? 4 : 10) switch
    {
        0 or 1 => new PlainNode(Text()),
        2 => new CodeNode(Text(), random.Next(2) == 0, s_languages[random.Next(s_languages.Length)]),
        3 => new MentionNode(new MessageText(s_people[random.Next(s_people.Length)]), Text()),
        4 or 5 => new StyledNode((TextStyle)random.Next(6), new(Trees(depth - 1))),
        6 => new LinkNode(new MessageText(s_targets[random.Next(s_targets.Length)]), new(Trees(depth - 1))),
        7 => new QuoteNode(new(Trees(depth - 1))),
        _ => new ListNode(random.Next(2) == 0, new([.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => new ListItemNode(new(Trees(depth - 1))))])),
    };

    public MessageText Text() => new(string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => s_words[random.Next(s_words.Length)])));
}
