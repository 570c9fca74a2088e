using System.Text.Json.Nodes;
using Bridge.Abstractions;

namespace Bridge.Testing.Chat;

/// <summary>The network's own way to write formatted words: an array of strings and of one-word objects around arrays.</summary>
public static class ChatText
{
    public static JsonArray? Write(EquatableArray<TextNode> format) => format.Count == 0 ? null : Nodes(format);

    public static EquatableArray<TextNode> Read(JsonArray? format) => format is null ? [] : EquatableArray.From(format.Select(Read));

    private static JsonArray Nodes(EquatableArray<TextNode> nodes) => [.. nodes.Select(Write)];

    private static JsonNode Write(TextNode node) => node switch
    {
        PlainNode plain => JsonValue.Create(plain.Text.Value),
        StyledNode styled => new JsonObject { ["style"] = styled.Style.ToString(), ["words"] = Nodes(styled.Children) },
        CodeNode code => new JsonObject { ["code"] = code.Text.Value, ["block"] = code.IsBlock, ["language"] = code.Language },
        LinkNode link => new JsonObject { ["link"] = link.Target.Value, ["words"] = Nodes(link.Children) },
        QuoteNode quote => new JsonObject { ["quote"] = Nodes(quote.Children) },
        ListNode list => new JsonObject { ["list"] = new JsonArray([.. list.Items.Select(item => Nodes(item.Children))]), ["numbered"] = list.IsNumbered },
        MentionNode mention => new JsonObject { ["mention"] = mention.Who.Value, ["shown"] = mention.Shown.Value },
        _ => throw new ArgumentException($"the chat network does not know {node.GetType().Name}", nameof(node)),
    };

    private static TextNode Read(JsonNode? node)
    {
        if (node is JsonValue)
        {
            return new PlainNode(Text(node));
        }

        var words = node!.AsObject();
        return words["style"] is { } style ? new StyledNode(Enum.Parse<TextStyle>(style.GetValue<string>()), Read(words["words"]!.AsArray()))
            : words["code"] is { } code ? new CodeNode(Text(code), words["block"]!.GetValue<bool>(), words["language"]?.GetValue<string>())
            : words["link"] is { } link ? new LinkNode(Text(link), Read(words["words"]!.AsArray()))
            : words["quote"] is { } quote ? new QuoteNode(Read(quote.AsArray()))
            : words["list"] is { } list
                ? new ListNode(words["numbered"]!.GetValue<bool>(), EquatableArray.From(list.AsArray().Select(item => new ListItemNode(Read(item!.AsArray())))))
                : new MentionNode(Text(words["mention"]!), Text(words["shown"]!));
    }

    private static MessageText Text(JsonNode node) => new(node.GetValue<string>());
}
