using System.Diagnostics;
using System.Text.Json;
using Bridge.Host.Configuration.Reference;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Proofs;
using Xunit;

namespace Bridge.Host.Tests.Configuration.Reference;

/// <summary>The schema as editors use it: by npm yaml and ajv (tests/npm/schema-check.mjs), which know nothing of Bridge.</summary>
public sealed class SchemaTests
{
    [Fact]
    public async Task An_editor_underlines_nothing_in_what_Bridge_takes()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "config"), "*.yaml", SearchOption.AllDirectories).Select(file => (file, File.ReadAllText(file)));
        var blocks = from page in MarkdownPage.All
                     from block in page.YamlBlocks
                     where block.Kind is "whole" or "fragment"
                     select (block.Place, MarkdownPage.Whole(block.Kind, block.Yaml));
        Assert.Empty(await UnderlinedAsync([.. files, .. blocks, ("every scalar", EveryScalar)]));
    }

    [Theory]
    [InlineData("routes: [{ id: a, from: home:a, untill: x, to: [console:me] }]", "untill")]
    [InlineData("routes: [{ id: a, from: home:a, cooldown: 5 minutes, to: [console:me] }]", "/routes/0/cooldown")]
    [InlineData("routes: [{ id: a, from: home:a, to: [{ address: home:b, qos: 7 }] }]", "/routes/0/to")]
    [InlineData("routes: [{ id: a, to: [console:me] }]", "from")]
    [InlineData("endpoints: { home: { plugin: mqtt, embeded: {} } }", "embeded")]
    [InlineData("endpoints: { home: { url: \"mqtt://broker.lan\" } }", "plugin")]
    [InlineData("endpoints: { home: { plugin: mqtt, embedded: { anonymous: maybe } } }", "/endpoints/home/embedded/anonymous")]
    [InlineData("telemetry: { log: loud }", "/telemetry/log")]
    public async Task An_editor_underlines_what_is_wrong(string yaml, string where) =>
        Assert.Contains(await UnderlinedAsync([("file", "version: 1\n" + yaml)]), line => line.Contains(where, StringComparison.Ordinal));

    // What YAML takes for numbers and truth values, texts without quotes, and references where anything may stand.
    private const string EveryScalar = """
        version: 1
        defaults: { cooldown: 0, max_age: 1h30m }
        storage:
        endpoints:
          home: { plugin: mqtt, url: "${env:URL}", protocol: 5, username: 007, keep_alive: 0, receive_maximum: "${env:N}", enabled: "${file:/x}" }
          other: { plugin: not-installed-here, anything: goes }
        routes:
          - { id: 1, from: ["home:a", "home:b"], when: true, text: 5, for: 0, final: "true", to: { address: home:c, qos: 1, retain: true }, payload: [1, { a: null }] }
        """;

    private static async Task<IReadOnlyList<string>> UnderlinedAsync(IReadOnlyList<(string Place, string Yaml)> documents)
    {
        var start = new ProcessStartInfo("node", ["schema-check.mjs"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Repository.Root, "tests/npm"),
        };
        using var node = Process.Start(start)!;
        var input = new { schema = ConfigSchema.Of(ConfigReference.Of(BundledPlugins.Sources.Plugins)), documents = documents.Select(document => new { place = document.Place, yaml = document.Yaml }) };
        var (output, error) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(input));
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await error);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
