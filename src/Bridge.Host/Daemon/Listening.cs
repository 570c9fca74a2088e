using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;

namespace Bridge.Host.Daemon;

/// <summary>What endpoints listen to: what the routes ask for, and what open states wait for by rules that the configuration has no more.</summary>
internal static class Listening
{
    public static IReadOnlyList<EndpointConfig> EndpointsOf(BridgeConfig config, IReadOnlyList<RulePattern> open) =>
        [.. config.Endpoints.Select(endpoint => endpoint with { Interests = With(endpoint, open) }), .. config.Access.Management.Count > 0 ? [CommandsPlugin.Endpoint] : Array.Empty<EndpointConfig>()];

    private static EquatableArray<string> With(EndpointConfig endpoint, IReadOnlyList<RulePattern> open)
    {
        var patterns = open.Where(pattern => pattern.Endpoint == endpoint.Id.Value).Select(pattern => pattern.Pattern);
        return EquatableArray.From(endpoint.Interests.Union(patterns).Order(StringComparer.Ordinal));
    }
}
