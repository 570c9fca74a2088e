using System.Buffers;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;

namespace Bridge.Core.Sealing;

/// <summary>
/// Writes the records that every message makes, or may make, as <see cref="SealedJson"/>'s serializer would, but member by member and without what has its default:
/// the serializer's own walk was a tenth of the daemon's work.
/// </summary>
internal sealed class RecordWriter(JsonSerializerOptions options)
{
    private const int MostKept = 1 << 16;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public byte[] Write(Arrival arrival)
    {
        var writer = Begin();
        writer.WriteString("id"u8, arrival.Id.Value);
        writer.WritePropertyName("inbound"u8);
        Inbound(writer, arrival.Inbound);
        writer.WriteString("receivedAt"u8, arrival.ReceivedAt);
        writer.WriteString("origin"u8, arrival.Origin.ToString());
        return End();
    }

    /// <summary>The reasons alone: what is owed and remembered has rows of its own.</summary>
    public byte[] WriteReasons(Decision decision)
    {
        var writer = Begin();
        writer.WriteStartArray("routes"u8);
        for (var index = 0; index < decision.Routes.Count; index++)
        {
            Verdict(writer, decision.Routes[index]);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("deliveries"u8);
        writer.WriteEndArray();
        writer.WriteStartArray("memory"u8);
        writer.WriteEndArray();
        Array(writer, "atCap"u8, decision.AtCap);
        return End();
    }

    public byte[] Write(DeliveryContent content)
    {
        var writer = Begin();
        Text(writer, "to"u8, content.To);
        writer.WriteString("route"u8, content.Route);
        if (content.Content is { } body)
        {
            writer.WritePropertyName("content"u8);
            Event(writer, body);
        }

        writer.WriteString("severity"u8, content.Severity.ToString());
        Array(writer, "options"u8, content.Options);
        Time(writer, "expires"u8, content.Expires);
        writer.WriteString("retryUntil"u8, content.RetryUntil);
        Flag(writer, "retryUncertain"u8, content.RetryUncertain);
        Word(writer, "hold"u8, content.Hold);
        if (content.Source is { } source)
        {
            Text(writer, "source"u8, source);
        }

        Sender(writer, content.Sender);
        writer.WriteString("occurredAt"u8, content.OccurredAt);
        writer.WriteNumber("hops"u8, content.Hops);
        Flag(writer, "isLinked"u8, content.IsLinked);
        Flag(writer, "isAnswer"u8, content.IsAnswer);
        Word(writer, "senderHere"u8, content.SenderHere);
        Word(writer, "label"u8, content.Label);
        if (content.MaxMedia is { } most)
        {
            writer.WriteNumber("maxMedia"u8, most);
        }

        return End();
    }

    public byte[] Write(MemoryChange entry)
    {
        var writer = Begin();
        writer.WriteStartObject("key"u8);
        writer.WriteString("route"u8, entry.Key.Route);
        writer.WriteString("kind"u8, entry.Key.Kind);
        writer.WriteString("key"u8, entry.Key.Key);
        writer.WriteEndObject();
        if (entry.Value is { } value)
        {
            writer.WritePropertyName("value"u8);
            SealedKinds.Memories.Write(writer, value, options);
        }

        return End();
    }

    public static byte[] Write(StateChange entry)
    {
        var writer = Begin();
        writer.WriteString("key"u8, entry.Key);
        if (entry.Value is { } value)
        {
            writer.WriteBase64String("value"u8, value.Span);
        }

        return End();
    }

    private void Inbound(Utf8JsonWriter writer, Inbound inbound)
    {
        writer.WriteStartObject();
        Text(writer, "address"u8, inbound.Address);
        writer.WritePropertyName("event"u8);
        Event(writer, inbound.Event);
        Word(writer, "nativeId"u8, inbound.NativeId?.Value);
        if (inbound.Id is { } id)
        {
            writer.WriteString("id"u8, id.Value);
        }

        Sender(writer, inbound.Sender);
        if (inbound.Conversation is { } conversation)
        {
            writer.WritePropertyName("conversation"u8);
            JsonSerializer.Serialize(writer, conversation, options.GetTypeInfo(typeof(ConversationFacts)));
        }

        Time(writer, "occurredAt"u8, inbound.OccurredAt);
        Time(writer, "expires"u8, inbound.Expires);
        Word(writer, "replyTo"u8, inbound.ReplyTo?.Value);
        Word(writer, "thread"u8, inbound.Thread?.Value);
        Word(writer, "severity"u8, inbound.Severity?.ToString());
        writer.WriteNumber("hops"u8, inbound.Hops);
        if (inbound.Consent is { } consent)
        {
            writer.WritePropertyName("consent"u8);
            JsonSerializer.Serialize(writer, consent, options.GetTypeInfo(typeof(Consent)));
        }

        Word(writer, "answer"u8, inbound.Answer?.Value);
        Flag(writer, "historic"u8, inbound.Historic);
        writer.WriteEndObject();
    }

    private void Event(Utf8JsonWriter writer, BridgeEvent content)
    {
        if (content is not DataReported data)
        {
            JsonSerializer.Serialize(writer, content, options.GetTypeInfo(typeof(BridgeEvent)));
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("kind"u8, "data"u8);
        writer.WriteBase64String("payload"u8, data.Payload.Bytes.Span);
        Word(writer, "contentType"u8, data.ContentType);
        Flag(writer, "retained"u8, data.Retained);
        Array(writer, "properties"u8, data.Properties);
        Array(writer, "hints"u8, data.Hints);
        writer.WriteEndObject();
    }

    private void Verdict(Utf8JsonWriter writer, RouteVerdict verdict)
    {
        writer.WriteStartObject();
        writer.WriteString("route"u8, verdict.Route);
        writer.WriteString("verdict"u8, verdict.Verdict.ToString());
        writer.WriteString("because"u8, verdict.Because);
        Array(writer, "notes"u8, verdict.Notes);
        Word(writer, "problem"u8, verdict.Problem);
        writer.WriteNumber("unbuilt"u8, verdict.Unbuilt);
        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Address address)
    {
        writer.WritePropertyName(name);
        AddressConverter.Write(writer, address);
    }

    private void Sender(Utf8JsonWriter writer, Sender? sender)
    {
        if (sender is not null)
        {
            writer.WritePropertyName("sender"u8);
            JsonSerializer.Serialize(writer, sender, options.GetTypeInfo(typeof(Sender)));
        }
    }

    private void Array<T>(Utf8JsonWriter writer, ReadOnlySpan<byte> name, EquatableArray<T> items)
    {
        if (items.Count > 0)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, items, options.GetTypeInfo(typeof(EquatableArray<T>)));
        }
    }

    private static void Word(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? word)
    {
        if (word is not null)
        {
            writer.WriteString(name, word);
        }
    }

    private static void Time(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            writer.WriteString(name, at);
        }
    }

    private static void Flag(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool flag)
    {
        if (flag)
        {
            writer.WriteBoolean(name, true);
        }
    }

    private static Utf8JsonWriter Begin()
    {
        t_buffer ??= new ArrayBufferWriter<byte>(1024);
        t_writer ??= new Utf8JsonWriter(t_buffer, new JsonWriterOptions { SkipValidation = true });
        t_buffer.ResetWrittenCount();
        t_writer.Reset();
        t_writer.WriteStartObject();
        return t_writer;
    }

    private static byte[] End()
    {
        t_writer!.WriteEndObject();
        t_writer.Flush();
        var written = t_buffer!.WrittenSpan.ToArray();
        t_buffer.Clear(); // what was readable does not stay in memory
        if (t_buffer.Capacity > MostKept)
        {
            (t_buffer, t_writer) = (null, null);
        }

        return written;
    }
}
