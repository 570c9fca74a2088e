using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// A path into JSON: <c>messages[0].message-id</c>, with or without <c>$.</c> before it; a name with a dot in it as <c>['a.b']</c>. Pure.
/// </summary>
internal sealed partial class JsonPath
{
    private readonly IReadOnlyList<object> _steps;

    private JsonPath(IReadOnlyList<object> steps) => _steps = steps;

    /// <summary>Null when it is none.</summary>
    public static JsonPath? TryParse(string text)
    {
        var match = Whole().Match(text);
        return !match.Success ? null : new JsonPath([.. match.Groups["step"].Captures.Select(step => StepOf(step.Value))]);
    }

    /// <summary>Null when nothing stands there, or nothing that is one value.</summary>
    /// <param name="json">Of <see cref="ForeignJson"/>: what it says can be read.</param>
    public string? Find(JsonElement json)
    {
        foreach (var step in _steps)
        {
            if (step is int index && json.ValueKind == JsonValueKind.Array && index < json.GetArrayLength())
            {
                json = json[index];
            }
            else if (step is not string name || json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => json.GetRawText(),
            _ => null,
        };
    }

    private static object StepOf(string step) => step switch
    {
        ['[', '\'', ..] => step[2..^2],
        ['[', ..] => int.Parse(step.AsSpan(1, step.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture),
        ['.', ..] => step[1..],
        _ => step,
    };

    [GeneratedRegex(@"^(\$\.?)?(?<step>[^.\[\]'$\s]+|\[([0-9]{1,4}|'[^']+')\])(?<step>\.[^.\[\]'\s]+|\[([0-9]{1,4}|'[^']+')\])*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();
}
