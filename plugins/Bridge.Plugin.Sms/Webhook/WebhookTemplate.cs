using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// Texts of the configuration with gaps, such as <c>{to}</c>. Pure. A gap is filled once, with a value and nothing else: what stands in a value is
/// no gap, and what surrounds it (JSON, a form, a query) is written by who knows its rules. A brace that belongs to no gap stands for itself.
/// </summary>
internal static partial class WebhookTemplate
{
    public const string To = "to";
    public const string From = "from";
    public const string Text = "text";
    public const string Id = "id";
    public const string Callback = "callback";
    public const string Username = "username";
    public const string Password = "password";

    /// <summary>All that can stand in a gap.</summary>
    public static IReadOnlyList<string> Names { get; } = [To, From, Text, Id, Callback, Username, Password];

    /// <summary>In order, each as often as it stands there.</summary>
    public static IEnumerable<string> GapsOf(string template) => Gap().Matches(template).Select(gap => gap.Groups["name"].Value);

    /// <summary>Of all texts in it.</summary>
    public static IEnumerable<string> GapsOf(JsonNode? template) => template switch
    {
        JsonObject map => map.SelectMany(entry => GapsOf(entry.Value)),
        JsonArray list => list.SelectMany(GapsOf),
        JsonValue value when value.TryGetValue<string>(out var text) => GapsOf(text),
        _ => [],
    };

    /// <summary>A gap without a value stays empty.</summary>
    public static string Fill(string template, IReadOnlyDictionary<string, string> values) =>
        Gap().Replace(template, gap => values.GetValueOrDefault(gap.Groups["name"].Value, ""));

    /// <summary>A new tree, in which the texts are filled; names and other values are as they are.</summary>
    public static JsonNode? Fill(JsonNode? template, IReadOnlyDictionary<string, string> values) => template switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Fill(entry.Value, values)))),
        JsonArray list => new JsonArray([.. list.Select(item => Fill(item, values))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Fill(text, values)),
        _ => template?.DeepClone(),
    };

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Gap();
}
