using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads the entries of <c>to</c>.</summary>
internal sealed class DestinationBinder(AddressBinder addresses, SyntaxBinder syntax, Report report)
{
    private static readonly string[] s_later = ["person", "group", "quiet"];

    public IReadOnlyList<BoundDestination> Bind(MapReader route)
    {
        var bound = new List<BoundDestination>();
        foreach (var item in route.TakeOneOrMany("to"))
        {
            var destination = item switch
            {
                ScalarNode { IsNull: false } address => BindAddress(address),
                MappingNode map => BindMap(new MapReader(map, "a destination", report)),
                _ => Wrong(item),
            };
            if (destination is not null)
            {
                bound.Add(destination);
            }
        }

        if (route.Map.Find("to") is not { } to)
        {
            route.Missing("to");
        }
        else if (to is SequenceNode { Items.Count: 0 })
        {
            report.Add(DiagnosticKinds.NoDestination, to.Position, "'to' is empty");
        }

        return bound;
    }

    private BoundDestination? Wrong(YamlNode item)
    {
        report.Add(DiagnosticKinds.WrongShape, item.Position, $"a destination must be an address or a map, not {Shape.Of(item)}");
        return null;
    }

    private BoundDestination? BindAddress(ScalarNode node)
    {
        var template = syntax.Template(node);
        return template is not null && addresses.Destination(node, template) is { } endpoint
            ? new BoundDestination(new DestinationConfig(template), endpoint, node)
            : null;
    }

    private BoundDestination? BindMap(MapReader map)
    {
        var expiry = map.TakeDuration("expiry");
        var node = map.TakeScalar("address");
        var bound = node is null ? null : BindAddress(node);
        if (map.Map.Find("address") is null && !s_later.Any(key => map.Map.Find(key) is not null))
        {
            map.Missing("address");
        }

        // Without a good address nobody knows the options, and the address has been reported.
        var plugin = bound?.Endpoint.Description;
        var options = plugin is null ? [] : BindOptions(map, plugin);
        if (plugin is not null || node is null)
        {
            map.Finish(s_later);
        }

        return bound is null ? null : bound with { Config = bound.Config with { Options = EquatableArray.From(options), Expiry = expiry } };
    }

    private List<Property> BindOptions(MapReader map, PluginDescription plugin)
    {
        var options = new List<Property>();
        foreach (var option in plugin.DestinationOptions)
        {
            if (map.TakeScalar(option.Name) is not { IsUnresolved: false } node)
            {
                continue;
            }

            if (option.Allowed.Contains(node.Value, StringComparer.Ordinal))
            {
                options.Add(new Property(option.Name, node.Value));
                continue;
            }

            report.Add(
                DiagnosticKinds.BadChoice, node.Position, $"{node.Shown} is not a possible value of {Report.Quote(option.Name)}",
                "possible: " + string.Join(", ", option.Allowed));
        }

        return options;
    }
}

/// <summary>A destination with what later checks need.</summary>
internal sealed record BoundDestination(DestinationConfig Config, KnownEndpoint Endpoint, ScalarNode Node);
