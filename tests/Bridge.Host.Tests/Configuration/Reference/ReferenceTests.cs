using Bridge.Abstractions;
using Bridge.Host.Configuration;
using Bridge.Host.Configuration.Reference;
using Bridge.Host.Plugins;
using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Configuration.Reference;

/// <summary>The generated pages say what the reader takes, no more and no less. <c>BLESS=1</c> writes them.</summary>
public sealed class ReferenceTests
{
    private const string Strange = "zzzzzzzzzz";
    private static readonly ConfigReference s_bundled = ConfigReference.Of(BundledPlugins.Sources.Plugins);

    // Every map of the language, with a configuration that has a strange key there: the reader answers with the keys it knows.
    private static readonly Dictionary<string, string> s_maps = new(StringComparer.Ordinal)
    {
        [""] = $"version: 1\n{Strange}: 1",
        ["defaults"] = $"defaults: {{ {Strange}: 1 }}",
        ["storage"] = $"storage: {{ {Strange}: 1 }}",
        ["storage.encryption"] = $"storage: {{ encryption: {{ {Strange}: 1 }} }}",
        ["storage.keep"] = $"storage: {{ keep: {{ {Strange}: 1 }} }}",
        ["http"] = $"http: {{ {Strange}: 1 }}",
        ["access"] = $"access: {{ {Strange}: 1 }}",
        ["access.roles"] = $"access: {{ roles: {{ {Strange}: 1 }} }}",
        ["access.tokens"] = $"access: {{ tokens: {{ grafana: {{ {Strange}: 1 }} }} }}",
        ["telemetry"] = $"telemetry: {{ {Strange}: 1 }}",
        ["endpoints"] = $"endpoints: {{ c: {{ plugin: console, {Strange}: 1 }} }}",
        ["endpoints.limits"] = $"endpoints: {{ c: {{ plugin: console, limits: {{ {Strange}: 1 }} }} }}",
        ["people"] = $"people: {{ anna: {{ {Strange}: 1 }} }}",
        ["links"] = $"links: [{{ {Strange}: 1 }}]",
        ["links.portal"] = $"links: [{{ portal: {{ {Strange}: 1 }} }}]",
        ["links.relay"] = $"links: [{{ relay: {{ {Strange}: 1 }} }}]",
        ["links.media"] = $"links: [{{ media: {{ {Strange}: 1 }} }}]",
        ["links.retry"] = $"links: [{{ retry: {{ {Strange}: 1 }} }}]",
        ["routes"] = $"routes: [{{ {Strange}: 1 }}]",
        ["routes.cooldown"] = $"routes: [{{ cooldown: {{ {Strange}: 1 }} }}]",
        ["routes.retry"] = $"routes: [{{ retry: {{ {Strange}: 1 }} }}]",
        ["routes.limits"] = $"routes: [{{ limits: {{ {Strange}: 1 }} }}]",
        ["routes.to"] = $$"""
            endpoints: { m: { plugin: mqtt, embedded: {} }, s: { plugin: sms, driver: { kind: at-modem, port: /dev/ttyUSB0 } } }
            routes: [{ to: [{ address: "m:a", {{Strange}}: 1 }, { address: "s:+491511234567", {{Strange}}: 1 }] }]
            """,
    };

    public static TheoryData<string> Maps => [.. Walk("", s_bundled.Sections).Select(map => map.Path)];

    [Theory]
    [MemberData(nameof(Maps))]
    public void A_map_has_exactly_the_keys_that_the_reader_takes(string path)
    {
        Assert.True(s_maps.TryGetValue(path, out var yaml), $"give s_maps a configuration with a strange key in '{path}'");
        var diagnostics = ConfigReader.ReadText("/etc/bridge/bridge.yaml", yaml, BundledPlugins.Sources).Diagnostics;
        var cures = diagnostics.Where(diagnostic => diagnostic.Message.Contains(Strange, StringComparison.Ordinal)).Select(diagnostic => diagnostic.Cure);
        var taken = cures.SelectMany(cure => cure[(cure.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(", ")).Distinct().Order(StringComparer.Ordinal);
        var documented = Walk("", s_bundled.Sections).Single(map => map.Path == path).Keys.Select(key => key.Name).Order(StringComparer.Ordinal);
        Assert.Equal(taken, documented);
    }

    [Fact]
    public void Every_key_has_a_meaning_and_an_example()
    {
        var options = s_bundled.Plugins.SelectMany(plugin => Walk(plugin.Description.Name, ConfigReference.OptionsOf(plugin)));
        var silent = from map in options.Concat(Walk("", s_bundled.Sections))
                     from key in map.Keys
                     where key.Meaning.Length == 0 || ((key.Example ?? key.Type.Example) is null && key.Type is KeyType.Scalar or KeyType.ListOf { Element: KeyType.Scalar })
                     select $"{map.Path}.{key.Name}: add [Description] and, for a text, [Example]";
        Assert.Empty(silent);
    }

    [Fact]
    public void A_number_or_a_duration_shows_its_default_as_the_example_and_a_description_is_not_taken_for_HTML()
    {
        var page = ReferencePage.Of(ConfigReference.Of(new PluginCatalog([new FakePlugin<Odd>(new PluginDescription { Name = "odd", Carries = EventFeature.Text })], [])));
        Assert.Contains("| `wait` | duration | 1m30s | For \\<name> or `<name>` \\| nobody. | `wait: 1m30s` |", page, StringComparison.Ordinal);
        Assert.Contains("| `mode` | `one_by_one`, `all` | one_by_one | How. | `mode: all` |", page, StringComparison.Ordinal);
        Assert.Contains("| `users.<name>.token` | secret | **required** | Who. | `token: \"${file:/run/secrets/name}\"` |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_page_is_current() => Committed("docs/CONFIGURATION.md", ReferencePage.Of(s_bundled));

    [Fact]
    public void The_schema_is_current() => Committed("config/bridge.schema.json", ConfigSchema.Of(s_bundled) + "\n");

    private static void Committed(string file, string made)
    {
        var path = Path.Combine(Repository.Root, file);
        if (Environment.GetEnvironmentVariable("BLESS") == "1")
        {
            File.WriteAllText(path, made);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == made, $"{file} is not what it is generated from: run these tests with BLESS=1 and look at the difference");
    }

    private static IEnumerable<(string Path, IReadOnlyList<ConfigKey> Keys)> Walk(string path, IReadOnlyList<ConfigKey> keys) =>
        [(path, keys), .. keys.SelectMany(key => Within(path.Length == 0 ? key.Name : $"{path}.{key.Name}", key.Type))];

    private static IEnumerable<(string Path, IReadOnlyList<ConfigKey> Keys)> Within(string path, KeyType type) => type switch
    {
        KeyType.Map map => Walk(path, map.Keys),
        KeyType.MapOf map => Within(path, map.Element),
        KeyType.ListOf list => Within(path, list.Element),
        KeyType.OneOf forms => forms.Forms.SelectMany(form => Within(path, form)).DistinctBy(map => map.Path),
        _ => [],
    };

    private sealed record Odd
    {
        [System.ComponentModel.Description("For <name> or `<name>` | nobody.")]
        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(90);

        [System.ComponentModel.Description("How.")]
        public OddMode Mode { get; init; }

        [System.ComponentModel.Description("Who.")]
        public IReadOnlyDictionary<string, OddUser> Users { get; init; } = new Dictionary<string, OddUser>();
    }

    private sealed record OddUser
    {
        [System.ComponentModel.Description("Who.")]
        public required Secret Token { get; init; }
    }

    private enum OddMode
    {
        OneByOne,
        All,
    }
}
