using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Turns one YAML text into the JSON of an option's type: the type decides, never YAML.</summary>
internal static class OptionScalar
{
    /// <summary>Null when the text does not spell a value of the type.</summary>
    public static JsonNode? Read(ScalarNode scalar, Type type)
    {
        var text = scalar.Value;
        return type switch
        {
            _ when type == typeof(bool) => TextValues.TryFlag(text, out var flag) ? flag : null,
            _ when type == typeof(TimeSpan) => TextValues.TryDuration(text, out _) ? text : null,
            _ when type == typeof(ByteSize) => TextValues.TrySize(text, out var bytes) ? bytes : null,
            _ when type == typeof(Rate) => TextValues.TryRate(text, out _) ? text : null,
            _ when type == typeof(FileInfo) => Path.GetFullPath(text, FolderOf(scalar)),
            _ when type == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out _) ? text : null,
            _ when type.IsEnum => Choices.Of(type).Contains(text) ? text : null,
            _ when IsNumber(type) => decimal.TryParse(text, System.Globalization.NumberStyles.Float, null, out var number) ? number : null,
            _ => text,
        };
    }

    /// <summary>Stands in for a reference that was not resolved, so that the rest can be checked and explained.</summary>
    public static JsonNode? Placeholder(Type type) => type switch
    {
        _ when type == typeof(bool) => false,
        _ when type == typeof(TimeSpan) => "0",
        _ when type == typeof(Rate) => "1/s",
        _ when type == typeof(Uri) => "http://unresolved.invalid",
        _ when type.IsEnum => Choices.Of(type)[0],
        _ when type == typeof(ByteSize) || IsNumber(type) => 0,
        _ => "unresolved",
    };

    public static string Expected(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a duration",
        _ when type == typeof(ByteSize) => "a size",
        _ when type == typeof(Rate) => "a rate",
        _ when type == typeof(Uri) => "a whole URL",
        _ when type == typeof(PasswordHash) => "what 'bridge passwd' prints",
        _ when type.IsEnum => "one of " + string.Join(", ", Choices.Of(type)),
        _ when IsFraction(type) => "a number",
        _ when IsNumber(type) => "a whole number",
        _ => "a valid value",
    };

    public static DiagnosticKind Kind(Type type) => type switch
    {
        _ when type == typeof(bool) => DiagnosticKinds.BadFlag,
        _ when type == typeof(TimeSpan) => DiagnosticKinds.BadDuration,
        _ when type == typeof(ByteSize) => DiagnosticKinds.BadSize,
        _ when type == typeof(Rate) => DiagnosticKinds.BadRate,
        _ when type == typeof(Uri) => DiagnosticKinds.BadUrl,
        _ when type.IsEnum => DiagnosticKinds.BadChoice,
        _ when IsNumber(type) => DiagnosticKinds.BadNumber,
        _ => DiagnosticKinds.BadOption,
    };

    public static string? Cure(ScalarNode scalar, Type type, string? urlExample) => type switch
    {
        _ when type == typeof(Uri) && urlExample is not null => $"write it whole, such as {urlExample}; a port is 1 to 65535",
        _ when IsFraction(type) => "write a number such as 1.5",
        _ when type.IsEnum && !scalar.IsReference => Suggestion.For(scalar.Value, Choices.Of(type)),
        _ => null,
    };

    public static bool IsFraction(Type type) => type == typeof(double) || type == typeof(float) || type == typeof(decimal);

    public static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    private static string FolderOf(ScalarNode scalar) => Path.GetDirectoryName(Path.GetFullPath(scalar.Position.File)) ?? "/";
}
