using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Bridge.Abstractions;
using Bridge.Core.Expressions;
using Bridge.Core.Messages;

namespace Bridge.Core.Routing;

/// <summary>What rules can see of one arrival: made when asked for, once, and shared by all routes.</summary>
internal sealed class ArrivalFacts(Arrival arrival)
{
    // Beyond this a payload is text: nobody writes rules over it, and its tree would cost several times its size.
    private const int MaxJsonBytes = 8 << 20;
    private const int MaxJsonDepth = 64;

    private string? _text;
    private string? _fingerprint;
    private Value? _payload;
    private Value? _topic;
    private Value? _message;
    private Value? _sender;
    private Value? _chat;
    private Value? _meta;

    public Arrival Arrival { get; } = arrival;

    public Inbound Inbound => Arrival.Inbound;

    public DateTimeOffset OccurredAt => Inbound.OccurredAt ?? Arrival.ReceivedAt;

    /// <summary>What a person would read: the texts of a message, the UTF-8 payload of data (what is not UTF-8 is replaced).</summary>
    public string Text => _text ??= Inbound.Event switch
    {
        MessagePosted posted => string.Join('\n', posted.Parts.OfType<TextPart>().Select(part => part.Text.Value)),
        MessageEdited edited => edited.Text.Value,
        ReactionChanged reaction => reaction.Reaction.Value,
        DataReported data => Encoding.UTF8.GetString(WithoutMark(data.Payload.Bytes.Span)),
        _ => "",
    };

    /// <summary>Of the event's own content; what a forward is keyed by.</summary>
    public string Fingerprint => _fingerprint ??=
        Inbound.Event is DataReported data ? Routing.Fingerprint.Of(data.Payload.Bytes.Span) : Routing.Fingerprint.Of(Text);

    /// <summary>The JSON of data, once; text that is not JSON is a string; an empty payload is no value.</summary>
    public Value Payload => _payload ??= Inbound.Event is DataReported data ? Read(data.Payload.Bytes) : Value.Null;

    public Value Topic => _topic ??= Value.Strings(Inbound.Address.Rest.Split('/'));

    public Value Message => _message ??= Value.Map(new Dictionary<string, Value>(StringComparer.Ordinal)
    {
        ["text"] = Value.Of(Text),
    });

    public Value Sender => _sender ??= Inbound.Sender is not { } sender
        ? Value.Null
        : Value.Map(new Dictionary<string, Value>(StringComparer.Ordinal)
        {
            ["id"] = Value.Of(sender.Value),
            ["name"] = Value.Of(sender.Name ?? sender.Value),
            ["bot"] = Value.Of(sender.IsBot),
        });

    /// <summary>What the network calls the conversation; where it has no name, who writes.</summary>
    public string Title => Inbound.Conversation?.Name?.Value ?? Inbound.Sender?.Name ?? Inbound.Address.Rest;

    public Value Chat => _chat ??= Value.Map(new Dictionary<string, Value>(StringComparer.Ordinal)
    {
        ["address"] = Value.Of(Inbound.Address.Full),
        ["endpoint"] = Value.Of(Inbound.Address.Endpoint.Value),
        ["id"] = Value.Of(Inbound.Address.Rest),
        ["title"] = Value.Of(Title),
        ["direct"] = Value.Of(Inbound.Conversation?.IsDirect ?? false),
    });

    public Value Meta => _meta ??= MakeMeta();

    private Value MakeMeta()
    {
        var data = Inbound.Event as DataReported;
        var properties = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var property in data?.Properties ?? default)
        {
            properties[property.Name] = Value.Of(property.Value);
        }

        return Value.Map(new Dictionary<string, Value>(StringComparer.Ordinal)
        {
            ["endpoint"] = Value.Of(Inbound.Address.Endpoint.Value),
            ["address"] = Value.Of(Inbound.Address.Full),
            ["retained"] = Value.Of(data?.Retained ?? false),
            ["content_type"] = Value.Of(data?.ContentType),
            ["properties"] = Value.Map(properties),
            ["hops"] = Value.Of((double)Inbound.Hops),
            ["received"] = Value.Of(Arrival.ReceivedAt),
            ["occurred"] = Value.Of(OccurredAt),
        });
    }

    private Value Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Value.Null;
        }

        var json = WithoutMark(bytes.Span);
        if (json.Length > MaxJsonBytes || !Utf8.IsValid(json))
        {
            return Value.Of(Text);
        }

        try
        {
            return Value.FromJson(JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = MaxJsonDepth }));
        }
        catch (JsonException)
        {
            return Value.Of(Text);
        }
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
}
