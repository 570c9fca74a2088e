using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

/// <summary>What becomes of formatting, files, labels and quoted words where an address cannot carry them.</summary>
public sealed class MessageFitterTests
{
    private const EventFeature Everything = (EventFeature)32767 & ~EventFeature.Data;
    private static readonly EndpointCapabilities s_chat = new() { Sends = Everything, Resend = new ResendClass.Harmless(), MaxAttachment = 50_000_000 };
    private static readonly EndpointCapabilities s_text = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless() };
    private static readonly Preface s_anna = new(new MessageText("Anna: "));
    private static readonly EquatableArray<TextNode> s_bold =
        [Plain("the "), new StyledNode(TextStyle.Bold, [Plain("quick brown "), new LinkNode(new MessageText("https://a.example"), [Plain("fox jumps")])]), Plain(" over")];

    [Fact]
    public void Formatting_is_kept_where_it_is_shown_and_dropped_where_not()
    {
        var posted = new MessagePosted([Text("the quick brown fox jumps over", s_bold)]) { Manner = MessageManner.Emote };
        Assert.Equal([posted], Fitter.Fit(posted, s_chat).Parts);
        Assert.Equal([MessagePosted.Of("the quick brown fox jumps over") with { Manner = MessageManner.Emote }], Fitter.Fit(posted, s_text).Parts);
    }

    [Fact]
    public void A_split_text_keeps_the_formatting_of_each_piece()
    {
        var parts = Fitter.Fit(new MessagePosted([Text("the quick brown fox jumps over", s_bold)]), s_chat with { MaxTextLength = 20 }).Parts;
        var link = new MessageText("https://a.example");
        Assert.Equal(
            [
                new MessagePosted([Text("the quick brown fox ", [Plain("the "), Bold(Plain("quick brown "), new LinkNode(link, [Plain("fox ")]))])]),
                new MessagePosted([Text("jumps over", [Bold(new LinkNode(link, [Plain("jumps")])), Plain(" over")])]),
            ],
            parts);
    }

    [Fact]
    public void Where_the_formatted_words_are_others_than_the_plain_ones_a_split_text_goes_out_plain()
    {
        var listed = new MessagePosted([Text("1. the quick brown fox jumps", [new ListNode(true, [new ListItemNode([Plain("the quick brown fox jumps")])])])]);
        Assert.Equal([MessagePosted.Of("1. the quick brown "), MessagePosted.Of("fox jumps")], Fitter.Fit(listed, s_chat with { MaxTextLength = 20 }).Parts);
    }

    [Fact]
    public void Random_trees_are_cut_without_losing_a_word()
    {
        var random = new Random(11);
        for (var run = 0; run < 500; run++)
        {
            var format = Nodes(random, 3);
            var text = string.Concat(format.Select(Words));
            var parts = Fitter.Fit(new MessagePosted([Text(text, format)]), s_chat with { MaxTextLength = random.Next(2, 30) }).Parts;
            var pieces = parts.Select(part => (TextPart)((MessagePosted)part).Parts[0]).ToList();
            Assert.Equal(text, string.Concat(pieces.Select(piece => piece.Text.Value)));
            Assert.All(pieces, piece => Assert.Equal(piece.Text.Value, string.Concat(piece.Format.Select(Words))));
        }
    }

    [Theory]
    [InlineData(AttachmentKind.File, 12_345, true, EventFeature.Text, "(file: a.jpg, 12 kB, cannot be shown here)")]
    [InlineData(AttachmentKind.Image, 52_000_000, true, Everything, "(picture: a.jpg, 52 MB, larger than the 50 MB that can be sent here)")]
    [InlineData(AttachmentKind.Voice, 999_999, false, Everything, "(voice message: a.jpg, 1 MB, could not be fetched)")]
    public void A_file_that_cannot_go_is_a_line_with_name_size_and_reason(AttachmentKind kind, long size, bool has, EventFeature sends, string line)
    {
        var file = File(size) with { ShownAs = kind, Blob = has ? new BlobId("b") : null };
        Assert.Equal([MessagePosted.Of(line)], Fitter.Fit(new MessagePosted([file]), s_chat with { Sends = sends }).Parts);
    }

    [Fact]
    public void A_caption_goes_with_its_file_and_follows_the_line_in_its_place()
    {
        var file = File(1_000) with { Caption = new MessageText("my cat") };
        Assert.Equal([new MessagePosted([file])], Fitter.Fit(new MessagePosted([file]), s_chat).Parts);
        Assert.Equal([MessagePosted.Of("(file: a.jpg, 1 kB, cannot be shown here)\nmy cat")], Fitter.Fit(new MessagePosted([file]), s_text).Parts);
        var parts = Fitter.Fit(new MessagePosted([file with { Caption = new MessageText("my cat sleeps") }]), s_chat with { MaxTextLength = 8 }).Parts;
        Assert.Equal([new MessagePosted([file with { Caption = null }]), MessagePosted.Of("my cat "), MessagePosted.Of("sleeps")], parts);
    }

    [Fact]
    public void A_label_stands_before_the_first_words_where_nobody_is_shown()
    {
        var faceless = s_chat with { Sends = Everything & ~EventFeature.Identity };
        Assert.Equal([MessagePosted.Of("Anna: hello")], Fitter.Fit(MessagePosted.Of("hello"), faceless, s_anna).Parts);
        Assert.Equal([MessagePosted.Of("hello")], Fitter.Fit(MessagePosted.Of("hello"), s_chat, s_anna).Parts);
        Assert.Equal([new MessagePosted([Text("Anna: a", [Plain("Anna: "), Bold(Plain("a"))])])], Fitter.Fit(new MessagePosted([Text("a", [Bold(Plain("a"))])]), faceless, s_anna).Parts);
        Assert.Equal([new MessagePosted([File(1) with { Caption = new MessageText("Anna:") }])], Fitter.Fit(new MessagePosted([File(1)]), faceless, s_anna).Parts);
        Assert.Equal([MessagePosted.Of("Anna:"), new MessagePosted([new LocationPart(1, 2)])], Fitter.Fit(new MessagePosted([new LocationPart(1, 2)]), faceless, s_anna).Parts);
        Assert.Equal([MessagePosted.Of("Anna: geo:1,2")], Fitter.Fit(new MessagePosted([new LocationPart(1, 2)]), s_text, s_anna).Parts);
        Assert.Equal([MessagePosted.Of("Anna: (reacted +1)")], Fitter.Fit(new ReactionChanged(new NativeId("m"), new MessageText("+1")), s_text, s_anna).Parts);
        var edit = new MessageEdited(new NativeId("m"), new MessageText("new"));
        Assert.Equal([edit with { Text = new MessageText("Anna: new") }], Fitter.Fit(edit, faceless, s_anna).Parts);
        Assert.Equal([MessagePosted.Of("Anna: (edited) new")], Fitter.Fit(edit, s_text, s_anna).Parts);
    }

    [Fact]
    public void Quoted_words_are_a_line_and_where_it_is_shown_a_quote()
    {
        var answer = new Preface(new MessageText("Anna: "), new MessageText("who?"));
        Assert.Equal([MessagePosted.Of("> who?\nAnna: me")], Fitter.Fit(MessagePosted.Of("me"), s_text, answer).Parts);
        Assert.Equal([new MessagePosted([Text("> who?\nme", [new QuoteNode([Plain("who?")]), Plain("me")])])], Fitter.Fit(MessagePosted.Of("me"), s_chat, answer).Parts);
        Assert.Equal([MessagePosted.Of("> who?\nAnna: (deleted)")], Fitter.Fit(new MessageDeleted(new NativeId("m")), s_text, answer).Parts);
    }

    [Fact]
    public void A_machine_gets_the_words_alone() =>
        Assert.Equal([MessagePosted.Of("me")], Fitter.Fit(MessagePosted.Of("me"), s_text with { Sends = EventFeature.Text | EventFeature.Data }, new Preface(new MessageText("Anna: "), new MessageText("who?"))).Parts);

    [Fact]
    public void A_failure_is_told_as_a_notice_where_the_network_has_no_word_for_it()
    {
        var told = new OutcomeTold(new NativeId("m"), DeliveryOutcome.Failed, "no such number");
        Assert.Equal([told], Fitter.Fit(told, s_chat).Parts);
        Assert.Equal([MessagePosted.Of("(not delivered: no such number)") with { Manner = MessageManner.Notice }], Fitter.Fit(told, s_text).Parts);
    }

    private static TextPart Text(string text, EquatableArray<TextNode> format) => new(new MessageText(text)) { Format = format };

    private static AttachmentPart File(long size) => new(new MessageText("a.jpg"), "image/jpeg", size) { Blob = new BlobId("b") };

    private static PlainNode Plain(string text) => new(new MessageText(text));

    private static StyledNode Bold(params TextNode[] children) => new(TextStyle.Bold, [.. children]);

    private static EquatableArray<TextNode> Nodes(Random random, int depth) =>
        EquatableArray.From(Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(depth > 0 ? 5 : 3) switch
        {
            0 => new CodeNode(new MessageText("x = 1;")),
            1 => new MentionNode(new MessageText("@a"), new MessageText("Ada L")),
            2 => (TextNode)Plain("words and 👍 "),
            3 => new LinkNode(new MessageText("https://b.example"), Nodes(random, depth - 1)),
            _ => new StyledNode(TextStyle.Italic, Nodes(random, depth - 1)),
        }));

    private static string Words(TextNode node) => node switch
    {
        PlainNode plain => plain.Text.Value,
        CodeNode code => code.Text.Value,
        MentionNode mention => mention.Shown.Value,
        StyledNode styled => string.Concat(styled.Children.Select(Words)),
        LinkNode link => string.Concat(link.Children.Select(Words)),
        _ => throw new NotSupportedException(),
    };
}
