using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads one entry of <c>links</c>.</summary>
internal sealed class LinkBinder(AddressBinder addresses, SyntaxBinder syntax, KnownPeople people, Report report)
{
    public static IReadOnlyDictionary<string, DeletePolicy> DeletePolicies { get; } = new Dictionary<string, DeletePolicy>(StringComparer.Ordinal)
    {
        ["devices"] = DeletePolicy.Devices,
        ["everywhere"] = DeletePolicy.Everywhere,
        ["never"] = DeletePolicy.Never,
    };

    public static IReadOnlyDictionary<string, PortalCreation> Creations { get; } = new Dictionary<string, PortalCreation>(StringComparer.Ordinal)
    {
        ["on_message"] = PortalCreation.OnMessage,
        ["on_request"] = PortalCreation.OnRequest,
    };

    /// <summary>Null when it is no map; a link with errors is still good for checks across links.</summary>
    public BoundLink? Bind(YamlNode node)
    {
        if (node is not MappingNode mapping)
        {
            report.Add(DiagnosticKinds.WrongShape, node.Position, $"a link must be a map, not {Shape.Of(node)}");
            return null;
        }

        var map = new MapReader(mapping, "a link", report);
        var id = map.TakeId("link", "logs, metrics, explain and trace");
        var between = map.TakeRequired("between", addresses.Side);
        var portal = map.TakeMap("portal") is { } written ? BindPortal(written) : null;
        var isPortal = between.Exists(side => side.Side.IsPattern);
        var link = new LinkConfig
        {
            Id = id?.Value ?? "",
            Position = id?.Position ?? mapping.Position,
            Between = EquatableArray.From(between.Select(side => side.Side)),
            When = syntax.TakeExpression(map, "when"),
            By = EquatableArray.From(people.Take(map, "by")),
            Portal = isPortal ? portal ?? new PortalConfig() : null,
            Label = map.TakeMap("relay") is { } relay ? BindLabel(relay) : null,
            Deletes = map.TakeChoice("deletes", DeletePolicies) ?? DeletePolicy.Devices,
            Receipts = map.TakeFlag("receipts") ?? true,
            Typing = map.TakeFlag("typing") ?? true,
            MaxMedia = map.TakeMap("media") is { } media ? BindMedia(media) : null,
            History = map.TakeCount("history") ?? 0,
            IncludeBots = map.TakeFlag("include_bots") ?? false,
            Expiry = map.TakeDuration("expiry") is { Ticks: > 0 } expiry ? expiry : null,
            Retry = map.TakeRetry(),
        };
        var understood = map.Finish();
        return new BoundLink(link, between, mapping, understood);
    }

    private PortalConfig BindPortal(MapReader map)
    {
        var portal = new PortalConfig
        {
            Create = map.TakeChoice("create", Creations) ?? PortalCreation.OnMessage,
            Invite = EquatableArray.From(people.Take(map, "invite")),
            Name = syntax.TakeTemplate(map, "name"),
            Backfill = map.TakeCount("backfill") ?? 0,
        };
        map.Finish();
        return portal;
    }

    private Template? BindLabel(MapReader map)
    {
        var label = syntax.TakeTemplate(map, "label");
        if (map.Map.Find("label") is null)
        {
            map.Missing("label");
        }

        map.Finish();
        return label;
    }

    private static long? BindMedia(MapReader map)
    {
        var most = map.TakeSize("max");
        map.Finish();
        return most;
    }
}

/// <summary>A link with what checks across links and routes need.</summary>
/// <param name="Config">As far as it could be read.</param>
/// <param name="Between">The sides that are good.</param>
/// <param name="Node">As written.</param>
/// <param name="IsUnderstood">False when a key is unknown: whatever seems to be missing may be that key.</param>
internal sealed record BoundLink(LinkConfig Config, IReadOnlyList<BoundSide> Between, MappingNode Node, bool IsUnderstood)
{
    public bool Says(string key) => Node.Find(key) is not null;

    /// <summary>Where the key's value stands.</summary>
    public SourcePosition At(string key) => Node.Find(key)?.Position ?? Node.Position;
}

/// <summary>One entry of <c>between</c> that is good.</summary>
internal sealed record BoundSide(LinkSide Side, KnownEndpoint Endpoint, ScalarNode Node);
