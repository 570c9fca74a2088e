using Bridge.Core.Configuration;
using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>Configurations of two fake endpoints, for tests that care about one route or endpoint.</summary>
internal static class Configs
{
    public static ConfigResult Read(string text, ConfigSources? sources = null) => ConfigReader.ReadText("/etc/bridge/bridge.yaml", text, sources ?? FakePlugins.Sources);

    public static BridgeConfig Good(string text, ConfigSources? sources = null)
    {
        var result = Read(text, sources);
        Assert.Empty(result.Diagnostics);
        return result.Config!;
    }

    public static RouteConfig Route(string keys, string defaults = "{}") => Good(WithRoute(keys, defaults)).Routes.Single();

    public static string WithRoute(string keys, string defaults = "{}") =>
        $$"""
        version: 1
        defaults: {{defaults}}
        endpoints:
          home: { plugin: bus }
          me: { plugin: chat, server: "https://chat.example.org" }
        routes:
          - id: one
        """ + "\n" + string.Join('\n', keys.Split('\n').Select(line => "    " + line)) + "\n";

    public static string WithEndpoint(string keys) =>
        "version: 1\nendpoints:\n  home:\n    plugin: bus\n" + string.Join('\n', keys.Split('\n').Select(line => "    " + line)) + "\n";

    public static EndpointConfig Endpoint(string keys) => Good(WithEndpoint(keys)).Endpoints.Single();
}
