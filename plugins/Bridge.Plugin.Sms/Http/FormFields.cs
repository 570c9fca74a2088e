using System.Text;

namespace Bridge.Plugin.Sms.Http;

/// <summary>What somebody posts (application/x-www-form-urlencoded, UTF-8). Pure; reads anything.</summary>
internal sealed class FormFields
{
    private readonly List<(string Name, string Value)> _fields;

    private FormFields(List<(string Name, string Value)> fields) => _fields = fields;

    /// <summary>In order; names may repeat.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields => _fields;

    public static FormFields Read(ReadOnlySpan<byte> body)
    {
        var text = Encoding.Latin1.GetString(body); // a byte for each character: what they mean together is known behind the percent signs
        var fields = new List<(string, string)>();
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            fields.Add(equals < 0 ? (Decode(pair), "") : (Decode(pair.AsSpan(0, equals)), Decode(pair.AsSpan(equals + 1))));
        }

        return new FormFields(fields);
    }

    /// <summary>Null when it is not there, or empty.</summary>
    public string? ValueOf(string name) => _fields.Find(field => field.Name == name).Value is { Length: > 0 } value ? value : null;

    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({_fields.Count})";

    private static string Decode(ReadOnlySpan<char> text) => Encoding.UTF8.GetString(PercentCoding.Read(text));
}
