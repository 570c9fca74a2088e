namespace Bridge.Host.Configuration.Reference;

/// <summary>The single values of the language. YAML's own types play no part in Bridge, but editors know them: the schemas take both.</summary>
internal static class Scalars
{
    private const string AnyScalar = """{"type": ["string", "number", "boolean"]}""";

    public static readonly KeyType.Scalar Text = new("text", "text", null, AnyScalar);
    public static readonly KeyType.Scalar Template = new("template", "text with `{{ }}`", null, AnyScalar);
    public static readonly KeyType.Scalar Expression = new("expression", "expression", null, AnyScalar);
    public static readonly KeyType.Scalar Name = new("name", "name", "home", """{"type": ["string", "integer"], "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$"}""");
    public static readonly KeyType.Scalar Address = new("address", "address", "console:me", """{"type": "string", "pattern": "^[^:]+:"}""");
    public static readonly KeyType.Scalar Pattern = new("pattern", "address pattern", "home:zigbee2mqtt/+", """{"type": "string", "pattern": "^[^:]+:"}""");
    public static readonly KeyType.Scalar SecretText = new("secret", "secret", "\"${file:/run/secrets/name}\"", AnyScalar);
    public static readonly KeyType.Scalar Url = new("url", "URL", null, """{"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*://"}""");
    public static readonly KeyType.Scalar FilePath = new("path", "path", null, """{"type": "string"}""");
    public static readonly KeyType.Scalar Flag = new("flag", "`true` or `false`", "true", """{"type": ["boolean", "string"], "pattern": "^([Tt]rue|[Ff]alse)$"}""");
    public static readonly KeyType.Scalar Number = new("number", "number", "1.5", """{"type": ["number", "string"], "pattern": "^-?[0-9.]+$"}""");
    public static readonly KeyType.Scalar WholeNumber = new("whole_number", "whole number", "100", """{"type": ["integer", "string"], "pattern": "^-?[0-9]+$"}""");

    public static readonly KeyType.Scalar Duration = new(
        "duration", "duration", "30s", """{"type": ["string", "integer"], "pattern": "^(0|([0-9]+([.][0-9]+)?(ms|[smhdw]))+)$", "maximum": 0}""");

    public static readonly KeyType.Scalar Size = new(
        "size", "size", "2MB", """{"type": ["string", "integer"], "pattern": "^[0-9]+([.][0-9]+)? ?(B|kB|KB|MB|GB|TB)?$", "minimum": 0}""");

    public static readonly KeyType.Scalar Rate = new("rate", "rate", "6/min", """{"type": "string", "pattern": "^[0-9]+ *(/|per) *[a-z0-9]+$"}""");

    /// <summary>What the words on the reference page mean.</summary>
    public static IReadOnlyList<(string Word, string Meaning)> Explained { get; } =
    [
        ("duration", "A number with a unit, such as `500ms`, `30s`, `5m`, `1h30m`, `7d`, `2w`; `0` for none."),
        ("size", "A number of bytes with a decimal unit: `512B`, `64kB`, `2MB`, `1GB`."),
        ("rate", "A number per time: `6/min`, `100/d`, `3 per 10m`."),
        ("path", "A file; a relative one starts from the folder of the file it is written in."),
        ("secret", "A value that is never shown. Write it as `\"${file:/path}\"` or `\"${env:NAME}\"`; a literal one works, with a warning; an empty one is an error. Any single value may be such a reference."),
        ("address", "`endpoint:rest`, split at the first colon, such as `home:zigbee2mqtt/kitchen`; what the rest is, the endpoint's plugin says."),
        ("address pattern", "An address with `+` (one level) and `#` (the rest) on endpoints whose addresses have levels; elsewhere exact, or `endpoint:*`."),
        ("expression, text with `{{ }}`", "The language of [expressions](EXPRESSIONS.md)."),
    ];
}
