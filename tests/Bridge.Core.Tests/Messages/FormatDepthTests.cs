using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Messages;

public sealed class FormatDepthTests
{
    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(40)]
    [InlineData(200_000)]
    public async Task Formatting_that_is_nested_too_deep_keeps_its_words_and_can_be_opened_again(int depth)
    {
        await using var rig = await LoopRig.StartAsync(new Rule("pass", "home:*", "console:me") { Style = AddressStyle.Plain });
        var room = new Address(LoopRig.Home, "room");
        var format = Nested(depth);

        var posted = await rig.AcceptAsync(new Inbound { Address = room, NativeId = new NativeId("1"), Event = new MessagePosted([new TextPart(new MessageText("words")) { Format = format }]) });
        var waits = await rig.AcceptAsync(new Inbound { Address = room, Event = new MessageEdited(new NativeId("2"), new MessageText("words")) { Format = format } });
        await rig.RestartAsync();
        await rig.SayAsync("room", "the target comes", "2");

        var said = (MessagePosted)Opened(rig, posted[0]).Inbound.Event;
        Assert.Equal("wordswords", WordsOf(((TextPart)said.Parts[0]).Format, out var levels));
        Assert.Equal(Math.Min(depth, 10), levels);
        Assert.Equal("wordswords", WordsOf(((MessageEdited)Opened(rig, waits[0]).Inbound.Event).Format, out _));
        Assert.Equal(3, rig.Owed.Count);
        Assert.Equal(0, rig.Telemetry.Totals.GetValueOrDefault(("routing.memory_unreadable", "")));
    }

    private static EquatableArray<TextNode> Nested(int depth)
    {
        TextNode node = new PlainNode(new MessageText("words"));
        for (var level = 1; level < depth; level++)
        {
            node = (level % 4) switch
            {
                0 => new QuoteNode([node]),
                1 => new StyledNode(TextStyle.Bold, [node]),
                2 => new LinkNode(new MessageText("https://example.org"), [node]),
                _ => new ListNode(false, [new ListItemNode([node])]),
            };
        }

        return [node, new PlainNode(new MessageText("words"))];
    }

    private static string WordsOf(IEnumerable<TextNode> nodes, out int levels)
    {
        var (words, most) = ("", 0);
        foreach (var node in nodes)
        {
            var below = 0;
            words += node switch
            {
                PlainNode plain => plain.Text.Value,
                StyledNode styled => WordsOf(styled.Children, out below),
                LinkNode link => WordsOf(link.Children, out below),
                QuoteNode quote => WordsOf(quote.Children, out below),
                ListNode list => WordsOf(list.Items.SelectMany(item => item.Children), out below),
                _ => "",
            };
            most = Math.Max(most, below + 1);
        }

        levels = most;
        return words;
    }

    private static Arrival Opened(LoopRig rig, EventId id) =>
        SealedJson.Read<Arrival>(rig.Sealer.Open(RecordKind.Event, RecordId.Of(id), rig.Store.Events.Single(row => row.Id == id).Body));
}
