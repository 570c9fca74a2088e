using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Core.Attachments;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sync;

namespace Bridge.Core.Sealing;

/// <summary>
/// The one place that writes what is sealed, and reads what was opened: UTF-8 JSON. What a version wrote, every later one reads: members and
/// kinds are only added, and their names stay.
/// </summary>
public static class SealedJson
{
    private static readonly JsonSerializerOptions s_options = MakeOptions();
    private static readonly RecordWriter s_records = new(s_options);
    private static readonly RecordReader s_reader = new(s_options);

    public static byte[] Write(Arrival arrival) => s_records.Write(arrival);

    /// <summary>What the rules said; without what they owe and remember, which has rows of its own.</summary>
    public static byte[] WriteReasons(Decision decision) => s_records.WriteReasons(decision);

    public static byte[] Write(DeliveryContent content) => s_records.Write(content);

    public static byte[] Write(DeliveryProgress progress) => WriteAs(progress);

    public static byte[] Write(DeliveryReported report) => WriteAs(report);

    /// <summary>An entry of the rules' memory with its key, which is nowhere else readable.</summary>
    public static byte[] Write(MemoryChange entry) => s_records.Write(entry);

    /// <summary>An entry of an endpoint's state with its key, which is nowhere else readable.</summary>
    public static byte[] Write(StateChange entry) => RecordWriter.Write(entry);

    public static byte[] Write(AttachmentRow row) => WriteAs(row);

    public static byte[] Write(AttachmentUse use) => WriteAs(use);

    /// <summary>Reads what a <c>Write</c> of the same type wrote. Throws <see cref="SealException"/> when this version cannot.</summary>
    public static T Read<T>(ReadOnlySpan<byte> utf8)
        where T : class =>
        Read(utf8, static utf8 => JsonSerializer.Deserialize(utf8, (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T))) ?? throw new JsonException());

    /// <summary>Reads what <see cref="Write(MemoryChange)"/> wrote. Throws <see cref="SealException"/> when this version cannot.</summary>
    public static MemoryChange ReadMemory(ReadOnlySpan<byte> utf8) => Read(utf8, s_reader.Memory);

    /// <summary>Reads what <see cref="Write(StateChange)"/> wrote. Throws <see cref="SealException"/> when this version cannot.</summary>
    public static StateChange ReadState(ReadOnlySpan<byte> utf8) => Read(utf8, RecordReader.State);

    private static T Read<T>(ReadOnlySpan<byte> utf8, Reading<T> read)
    {
        try
        {
            return read(utf8);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or NotSupportedException or InvalidOperationException)
        {
            // The inner exception may quote what was read.
            throw new SealException($"a sealed {typeof(T).Name} was written by a newer Bridge, or is damaged");
        }
    }

    private delegate T Reading<out T>(ReadOnlySpan<byte> utf8);

    private static byte[] WriteAs<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T)));

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(SealedJsonContext.Default.Options)
        {
            TypeInfoResolver = SealedJsonContext.Default.WithAddedModifier(SealedKinds.Register),
            Converters =
            {
                SealedKinds.Events,
                SealedKinds.Parts,
                SealedKinds.Nodes,
                SealedKinds.Memories,
                new EventIdConverter(),
                new WordConverter<EndpointId>(text => new EndpointId(text), id => id.Value),
                new WordConverter<NativeId>(text => new NativeId(text), id => id.Value),
                new WordConverter<BlobId>(text => new BlobId(text), id => id.Value),
                new WordConverter<DeliveryKey>(text => new DeliveryKey(text), key => key.Value),
                new WordConverter<MessageText>(text => new MessageText(text), text => text.Value),
                new AddressConverter(),
                new PayloadConverter(),
                new EquatableArrayConverterFactory(),
            },
        };
        options.MakeReadOnly();
        return options;
    }
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Arrival))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(DeliveryContent))]
[JsonSerializable(typeof(DeliveryProgress))]
[JsonSerializable(typeof(Remembered))]
[JsonSerializable(typeof(PortalWish))]
[JsonSerializable(typeof(AttachmentRow))]
[JsonSerializable(typeof(AttachmentUse))]
[JsonSerializable(typeof(MessagePosted))]
[JsonSerializable(typeof(MessageEdited))]
[JsonSerializable(typeof(MessageDeleted))]
[JsonSerializable(typeof(ReactionChanged))]
[JsonSerializable(typeof(ReceiptReported))]
[JsonSerializable(typeof(TypingChanged))]
[JsonSerializable(typeof(ConversationChanged))]
[JsonSerializable(typeof(DataReported))]
[JsonSerializable(typeof(DeliveryReported))]
[JsonSerializable(typeof(OutcomeTold))]
[JsonSerializable(typeof(ConversationRequested))]
[JsonSerializable(typeof(ConversationAnswered))]
[JsonSerializable(typeof(TextNode))]
[JsonSerializable(typeof(TextNode[]))]
[JsonSerializable(typeof(PlainNode))]
[JsonSerializable(typeof(StyledNode))]
[JsonSerializable(typeof(CodeNode))]
[JsonSerializable(typeof(LinkNode))]
[JsonSerializable(typeof(QuoteNode))]
[JsonSerializable(typeof(ListNode))]
[JsonSerializable(typeof(ListItemNode))]
[JsonSerializable(typeof(ListItemNode[]))]
[JsonSerializable(typeof(MentionNode))]
[JsonSerializable(typeof(TextPart))]
[JsonSerializable(typeof(AttachmentPart))]
[JsonSerializable(typeof(LocationPart))]
[JsonSerializable(typeof(ContactPart))]
[JsonSerializable(typeof(Known))]
[JsonSerializable(typeof(Open))]
[JsonSerializable(typeof(Debounced))]
[JsonSerializable(typeof(CoolingDown))]
[JsonSerializable(typeof(Bucket))]
[JsonSerializable(typeof(Overflowed))]
[JsonSerializable(typeof(Repeats))]
[JsonSerializable(typeof(Bounces))]
[JsonSerializable(typeof(AwaitsTarget))]
[JsonSerializable(typeof(Portal))]
[JsonSerializable(typeof(Begun))]
[JsonSerializable(typeof(AwaitsHistory))]
[JsonSerializable(typeof(AwaitsSends))]
[JsonSerializable(typeof(Doubted))]
[JsonSerializable(typeof(ReadUpTo))]
[JsonSerializable(typeof(Revised))]
[JsonSerializable(typeof(MadeLink))]
[JsonSerializable(typeof(Silenced))]
[JsonSerializable(typeof(OptedOut))]
[JsonSerializable(typeof(Answers))]
[JsonSerializable(typeof(Property[]))]
[JsonSerializable(typeof(PartResult[]))]
[JsonSerializable(typeof(DeliveryStep[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(BridgeEvent[]))]
[JsonSerializable(typeof(MessagePart[]))]
[JsonSerializable(typeof(NativeId[]))]
[JsonSerializable(typeof(Routing.Target[]))]
[JsonSerializable(typeof(RulePattern[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(Address[]))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(Property))]
[JsonSerializable(typeof(PartResult))]
[JsonSerializable(typeof(DeliveryStep))]
[JsonSerializable(typeof(BridgeEvent))]
[JsonSerializable(typeof(MessagePart))]
[JsonSerializable(typeof(NativeId))]
[JsonSerializable(typeof(Routing.Target))]
[JsonSerializable(typeof(RulePattern))]
internal sealed partial class SealedJsonContext : JsonSerializerContext;
