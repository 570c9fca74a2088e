using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>What is put before the words of a message where the network cannot show it beside them.</summary>
/// <param name="Label">Who speaks, as the link renders it; used where the address lacks <see cref="EventFeature.Identity"/>.</param>
/// <param name="Quote">The first words of the message that it refers to; null when the network is told which one that is, or nobody knows them.</param>
public readonly record struct Preface(MessageText? Label = null, MessageText? Quote = null)
{
    private string Words => (Quote is { } quote ? $"> {quote.Value}\n" : "") + Label?.Value;

    internal bool IsEmpty => Label is null && Quote is null;

    /// <summary>A machine reads data: it gets the words alone.</summary>
    internal Preface For(EndpointCapabilities capabilities) => capabilities.Sends.HasFlag(EventFeature.Data) ? default
        : capabilities.Sends.HasFlag(EventFeature.Identity) ? this with { Label = null }
        : this;

    internal TextPart Before(TextPart text) => IsEmpty ? text : new TextPart(Before(text.Text.Value))
    {
        Format = text.Format.Count > 0 || Quote is not null ? Before(text.Format.Count > 0 ? text.Format : [new PlainNode(text.Text)]) : [],
    };

    internal MessageText Before(string words) => new(words.Length == 0 ? Words.TrimEnd() : Words + words);

    private EquatableArray<TextNode> Before(EquatableArray<TextNode> format)
    {
        var nodes = new List<TextNode>();
        if (Quote is { } quote)
        {
            nodes.Add(new QuoteNode([new PlainNode(quote)]));
        }

        if (Label is { } label)
        {
            nodes.Add(new PlainNode(label));
        }

        return [.. nodes, .. format];
    }
}
