using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>Fits the parts of one message. Neighbouring parts that can only be text become one text, which costs fewer messages.</summary>
internal sealed class MessageFitter(EndpointCapabilities capabilities, Preface preface, MessageManner manner)
{
    private readonly Preface _preface = preface.For(capabilities);
    private readonly List<BridgeEvent> _fitted = [];
    private readonly List<TextPart> _texts = [];

    public Fitted Fit(EquatableArray<MessagePart> parts)
    {
        if (!Can(EventFeature.Text) && !Can(EventFeature.Data) && !parts.All(IsCarried))
        {
            return Fitted.Nothing("the address carries no messages");
        }

        foreach (var part in WithPreface(parts))
        {
            Add(part);
        }

        Flush();
        return _fitted.Count == 0 ? Fitted.Quietly("the message is empty") : new Fitted(EquatableArray.From(_fitted));
    }

    /// <summary>One text in pieces that fit; each keeps its formatting where the address shows it and it can be cut there.</summary>
    public IReadOnlyList<TextPart> Pieces(TextPart text)
    {
        var pieces = TextSplitter.Split(text.Text.Value, capabilities.MaxTextLength);
        var formats = text.Format.Count == 0 || !Can(EventFeature.Formatting) ? null
            : pieces.Count == 1 ? [text.Format]
            : FormatCutter.Cut(text.Format, text.Text.Value, pieces);
        return [.. pieces.Select((piece, index) => new TextPart(new MessageText(piece)) { Format = formats?[index] ?? [] })];
    }

    /// <summary>The text with the preface of its message.</summary>
    public TextPart Prefaced(TextPart text) => _preface.Before(text);

    private EquatableArray<MessagePart> WithPreface(EquatableArray<MessagePart> parts) => (_preface.IsEmpty || parts.Count == 0 ? null : parts[0]) switch
    {
        null => parts,
        TextPart text => [Prefaced(text), .. parts.Skip(1)],
        AttachmentPart file when IsCarried(file) => [file with { Caption = _preface.Before(file.Caption?.Value ?? "") }, .. parts.Skip(1)],
        var other when IsCarried(other) => [Prefaced(new TextPart(new MessageText(""))), .. parts],
        var other => [Prefaced(AsText(other)), .. parts.Skip(1)],
    };

    private void Add(MessagePart part)
    {
        switch (part)
        {
            case TextPart text:
                _texts.Add(text);
                break;
            case AttachmentPart { Caption: { } caption } file when IsCarried(file) && caption.Value.Length > capabilities.MaxTextLength:
                Post(file with { Caption = null });
                _texts.Add(new TextPart(caption));
                break;
            case not null when IsCarried(part):
                Post(part);
                break;
            default:
                _texts.Add(AsText(part!));
                break;
        }
    }

    private void Post(MessagePart part)
    {
        Flush();
        _fitted.Add(new MessagePosted([part]) { Manner = manner });
    }

    private void Flush()
    {
        if (_texts.Count > 0)
        {
            _fitted.AddRange(Pieces(Joined()).Select(piece => new MessagePosted([piece]) { Manner = manner }));
            _texts.Clear();
        }
    }

    private TextPart Joined()
    {
        if (_texts.Count == 1)
        {
            return _texts[0];
        }

        var format = new List<TextNode>();
        if (_texts.Exists(text => text.Format.Count > 0))
        {
            foreach (var text in _texts)
            {
                format.AddRange(format.Count > 0 ? [new PlainNode(new MessageText("\n"))] : []);
                format.AddRange(text.Format.Count > 0 ? text.Format : [new PlainNode(text.Text)]);
            }
        }

        return new TextPart(new MessageText(string.Join('\n', _texts.Select(text => text.Text.Value)))) { Format = EquatableArray.From(format) };
    }

    private bool Can(EventFeature feature) => (capabilities.Sends & feature) == feature;

    private bool IsCarried(MessagePart part) => part is AttachmentPart file ? FileLine.IsCarried(file, capabilities) : Can(part.Needs);

    private TextPart AsText(MessagePart part) => part as TextPart ?? new TextPart(new MessageText(part switch
    {
        AttachmentPart file => FileLine.Of(file, capabilities),
        LocationPart place => string.Create(CultureInfo.InvariantCulture, $"geo:{place.Latitude:0.######},{place.Longitude:0.######}"),
        ContactPart contact => $"(contact: {contact.Name.Value}, {contact.Number.Value})",
        _ => throw new ArgumentException($"the fitter does not know {part.GetType().Name}", nameof(part)),
    }));
}
