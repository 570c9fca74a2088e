using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Core.Expressions;

// How values read: null as nothing, an untouched number as its JSON text, lists and maps as JSON.
public readonly partial struct Value
{
    // As people read it: no \u0027 for an apostrophe. Escaping is the destination's business.
    internal static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>As a template shows it, at most 64 KB; times in <paramref name="zone"/>.</summary>
    public string ToText(TimeZoneInfo zone)
    {
        if (Kind == ValueKind.String && Text is { Length: <= Limits.Output } whole)
        {
            return whole;
        }

        var buffer = new TextBuffer(stackalloc char[256]);
        AppendTo(ref buffer, zone);
        var text = buffer.ToString();
        buffer.Dispose();
        return text;
    }

    internal void AppendTo(ref TextBuffer buffer, TimeZoneInfo zone)
    {
        switch (Kind)
        {
            case ValueKind.Null:
                break;
            case ValueKind.Bool:
                buffer.Append(_bits != 0 ? "true" : "false");
                break;
            case ValueKind.Number:
                buffer.Append(_isJson ? JsonText.Raw(_json) : NumberText.Of(Number));
                break;
            case ValueKind.String:
                buffer.Append(Text);
                break;
            case ValueKind.Duration:
                buffer.Append(DurationText.Compact(Duration));
                break;
            case ValueKind.Time:
                buffer.Append(TimeText.Iso(Time, zone));
                break;
            case ValueKind.Severity:
                buffer.Append(SeverityWord);
                break;
            default:
                buffer.Append(ToJson(zone));
                break;
        }
    }

    internal string ToJson(TimeZoneInfo zone)
    {
        if (_isJson)
        {
            return JsonText.Raw(_json);
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(bytes, Readable))
        {
            WriteJson(writer, zone);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>As JSON: durations in seconds, times as ISO 8601, what came from JSON as it stands there.</summary>
    internal void WriteJson(Utf8JsonWriter writer, TimeZoneInfo zone)
    {
        switch (Kind)
        {
            case ValueKind.Null:
                writer.WriteNullValue();
                break;
            case ValueKind.Bool:
                writer.WriteBooleanValue(_bits != 0);
                break;
            case var _ when _isJson:
                writer.WriteRawValue(JsonText.Raw(_json), skipInputValidation: true);
                break;
            case ValueKind.Number:
                writer.WriteRawValue(double.IsFinite(Number) ? NumberText.Of(Number) : "null", skipInputValidation: true);
                break;
            case ValueKind.Duration:
                writer.WriteRawValue(NumberText.Of(Duration.TotalSeconds), skipInputValidation: true);
                break;
            case ValueKind.List:
                WriteList(writer, zone);
                break;
            case ValueKind.Map:
                WriteMap(writer, zone);
                break;
            default:
                writer.WriteStringValue(ToText(zone));
                break;
        }
    }

    private string SeverityWord => Severity.ToString().ToLowerInvariant();

    private void WriteList(Utf8JsonWriter writer, TimeZoneInfo zone)
    {
        writer.WriteStartArray();
        foreach (var item in Items(Limits.Items))
        {
            item.WriteJson(writer, zone);
        }

        writer.WriteEndArray();
    }

    private void WriteMap(Utf8JsonWriter writer, TimeZoneInfo zone)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in Members(Limits.Items))
        {
            writer.WritePropertyName(name);
            value.WriteJson(writer, zone);
        }

        writer.WriteEndObject();
    }
}
