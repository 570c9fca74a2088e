using System.Text.Json;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// What a call says: in its body, JSON or a form, and in its query where that is to be believed. Reads anything. Pure.
/// </summary>
internal sealed class CallFields : IDisposable
{
    private readonly JsonDocument? _json;
    private readonly FormFields? _form;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _query;

    private CallFields(JsonDocument? json, FormFields? form, IReadOnlyList<KeyValuePair<string, string>> query) =>
        (_json, _form, _query) = (json, form, query);

    /// <param name="body">As it came. Some services do not say what it is.</param>
    /// <param name="contentType">What the call says that it is; null for nothing.</param>
    /// <param name="query">Decoded; none where it is not part of what is proved.</param>
    public static CallFields Read(ReadOnlyMemory<byte> body, string? contentType, IReadOnlyList<KeyValuePair<string, string>> query) =>
        contentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true
            ? new CallFields(null, FormFields.Read(body.Span), query)
            : new CallFields(ForeignJson.TryParse(body.Span), null, query);

    /// <summary>Null when it is not there.</summary>
    /// <param name="place">A path into JSON, or the name of a field.</param>
    public string? Find(string? place)
    {
        if (place is null)
        {
            return null;
        }

        return _json is not null && JsonPath.TryParse(place)?.Find(_json.RootElement) is { } value ? value
            : _form?.Fields.FirstOrDefault(field => field.Name == place).Value ?? _query.FirstOrDefault(field => field.Key == place).Value;
    }

    public void Dispose() => _json?.Dispose();

    /// <summary>Nothing of its content.</summary>
    public override string ToString() => _json is not null ? "(JSON)" : _form is not null ? "(form)" : "(query)";
}
