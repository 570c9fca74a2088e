using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration;

/// <summary>What is in force: every default written out, secrets masked, references as written.</summary>
public sealed class EffectiveConfig
{
    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _json;

    private EffectiveConfig(JsonObject json) => _json = json;

    public string ToJson() => _json.ToJsonString(s_indented);

    public string ToYaml() => YamlText.Of(_json);

    internal static EffectiveConfig Of(
        BridgeConfig config, IReadOnlyDictionary<string, KnownEndpoint> endpoints, IReadOnlyList<BoundRoute> routes, MappingNode written)
    {
        var json = new JsonObject
        {
            ["version"] = 1,
            ["defaults"] = new JsonObject { ["timezone"] = config.Zone.Id },
            ["storage"] = Storage(config),
            ["telemetry"] = new JsonObject { ["log"] = config.LogLevel },
            ["endpoints"] = new JsonObject(endpoints.Values.Select(endpoint => KeyValuePair.Create(endpoint.Id.Value, (JsonNode?)Endpoint(endpoint)))),
            ["routes"] = new JsonArray([.. routes.Select(EffectiveRoute.Of)]),
        };
        Set(json, "people", config.People.All.Count > 0 ? EffectiveLink.People(config.People) : null);
        Set(json, "links", config.Links.Count > 0 ? new JsonArray([.. config.Links.Select(EffectiveLink.Of)]) : null);
        Set(json["telemetry"]!.AsObject(), "otlp", config.Otlp?.ToString());
        if (config.Http is { } http)
        {
            var shown = new JsonObject { ["listen"] = http.Listen.ToString() };
            Set(shown, "public_url", http.PublicUrl?.ToString());
            Set(shown, "metrics_token", http.MetricsToken is null ? null : "***");
            json["http"] = shown;
        }

        Set(json, "access", Access(config.Access));

        // Routes are overlaid one by one: the file may write them shorter than they are shown. Links, people and access are shown as understood.
        return new EffectiveConfig((JsonObject)Masked.Overlay(json, Without(written, "routes", "links", "people", "access"))!);
    }

    private static JsonObject Storage(BridgeConfig config)
    {
        var storage = new JsonObject();
        Set(storage, "folder", config.DataFolder);
        if (config.EncryptionKey is { } key)
        {
            storage["encryption"] = new JsonObject { [key.IsPassphrase ? "passphrase" : "key"] = "***" };
        }

        var keep = new JsonObject();
        Set(keep, "messages", Time(config.Keep.Messages));
        Set(keep, "attachments", Time(config.Keep.Attachments));
        Set(keep, "ids", Time(config.Keep.Ids));
        Set(storage, "keep", keep.Count > 0 ? keep : null);
        return storage;
    }

    private static JsonObject? Access(AccessConfig access)
    {
        var shown = new JsonObject();
        Set(shown, "management", access.Management.Count > 0 ? new JsonArray([.. access.Management.Select(address => (JsonNode)address.Full)]) : null);
        var roles = new JsonObject(AccessBinder.Roles.Where(role => access.Roles.Values.Contains(role.Value)).Select(role => KeyValuePair.Create(
            role.Key, (JsonNode?)new JsonArray([.. access.Roles.Where(person => person.Value == role.Value).Select(person => (JsonNode)person.Key)]))));
        Set(shown, "roles", roles.Count > 0 ? roles : null);
        var tokens = new JsonObject(access.Tokens.Select(token => KeyValuePair.Create(
            token.Name, (JsonNode?)new JsonObject { ["token"] = "***", ["may"] = new JsonArray(AccessBinder.Rights.First(right => right.Value == token.May).Key) })));
        Set(shown, "tokens", tokens.Count > 0 ? tokens : null);
        return shown.Count > 0 ? shown : null;
    }

    private static JsonObject Endpoint(KnownEndpoint endpoint)
    {
        var config = endpoint.Config!;
        var json = new JsonObject { ["plugin"] = config.Plugin, ["enabled"] = endpoint.Enabled };
        var limits = new JsonObject();
        Set(limits, "rate", config.Limits.Rate is { } rate ? TextValues.Show(rate) : null);
        Set(limits, "per_day", config.Limits.PerDay);
        Set(limits, "window", config.Limits.Window);
        Set(json, "limits", limits.Count > 0 ? limits : null);
        Set(json, "allow", config.Allow.Count > 0 ? List(config.Allow) : null);
        Set(json, "deny", config.Deny.Count > 0 ? List(config.Deny) : null);
        foreach (var (key, value) in endpoint.Shown.ToList())
        {
            endpoint.Shown.Remove(key);
            json[key] = value;
        }

        return json;
    }

    private static JsonArray List(EquatableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string? Time(TimeSpan? time) => time is { } some ? TextValues.Show(some) : null;

    private static void Set(JsonObject json, string key, JsonNode? value)
    {
        if (value is not null)
        {
            json[key] = value;
        }
    }

    private static MappingNode Without(MappingNode map, params string[] keys) => new(map.Position, [.. map.Entries.Where(entry => !keys.Contains(entry.Name))]);
}
