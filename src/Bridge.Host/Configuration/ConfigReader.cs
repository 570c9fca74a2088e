using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;
using Bridge.Host.Configuration.Checks;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration;

/// <summary>
/// Reads, binds and checks a configuration, and finds all that is wrong with it at once. Nothing here keeps state or connects anywhere.
/// </summary>
public static class ConfigReader
{
    private static readonly string[] s_later = ["commands", "tests", "templates"];

    /// <summary>Reads files and folders; a folder means all its <c>*.yaml</c> but <c>*.test.yaml</c> in path order.</summary>
    public static ConfigResult Read(IReadOnlyList<string> paths, ConfigSources sources)
    {
        var report = new Report();
        var files = ConfigFiles.Find(paths, report);
        var maps = new List<MappingNode>();
        foreach (var file in files)
        {
            if (ConfigFiles.Read(file, report) is { } text && Parse(file, text, sources, report) is { } map)
            {
                maps.Add(map);
            }
        }

        return Bind(maps, files, sources, report);
    }

    /// <summary>Reads one text as if it stood in <paramref name="file"/>, which need not exist.</summary>
    public static ConfigResult ReadText(string file, string text, ConfigSources sources)
    {
        var report = new Report();
        var map = Parse(file, text, sources, report);
        return Bind(map is null ? [] : [map], [file], sources, report);
    }

    private static MappingNode? Parse(string file, string text, ConfigSources sources, Report report)
    {
        var references = new SecretReferences(sources, SectionBinder.FolderOf(new SourcePosition(file, 1, 1)), report);
        return YamlReader.Read(file, text, references.Resolve, report);
    }

    private static ConfigResult Bind(List<MappingNode> maps, IReadOnlyList<string> files, ConfigSources sources, Report report)
    {
        // A file that cannot be read at all leaves gaps that would only raise false alarms.
        if (maps.Count < files.Count || files.Count == 0)
        {
            return new ConfigResult(null, report.Diagnostics, files);
        }

        var root = new MapReader(ConfigMerge.Merge(maps, new SourcePosition(files[0], 1, 1), report), "the configuration", report);
        var sections = new SectionBinder(root, report);
        sections.BindVersion();
        var (zone, defaults) = sections.BindDefaults();
        var (folder, key, keep) = sections.BindStorage();
        var http = sections.BindHttp();
        var (level, otlp) = sections.BindTelemetry();
        var endpoints = new EndpointBinder(sources, report).Bind(root.TakeSection("endpoints"));
        var routes = BindRoutes(root.TakeSection("routes"), endpoints, defaults, report);
        var (links, people) = BindLinks(root, endpoints, routes, report);
        var access = sections.BindAccess(new AccessBinder(new AddressBinder(endpoints, report), people, report), http);
        new AccessCheck(access, report).Check(links, routes);
        root.Finish(s_later);
        if (report.HasErrors)
        {
            return new ConfigResult(null, report.Diagnostics, files);
        }

        var config = new BridgeConfig
        {
            Zone = zone,
            DataFolder = folder,
            EncryptionKey = key,
            Keep = keep,
            Http = http,
            LogLevel = level,
            Otlp = otlp,
            Access = access,
            Endpoints = [.. endpoints.Values.Select(endpoint => endpoint.Config! with { Interests = InterestsIn(endpoint.Config!.Id, routes, links, access) })],
            Routes = [.. routes.Select(route => route.Config)],
            Links = links,
            People = people.People,
        };
        return new ConfigResult(config, report.Diagnostics, files) { Effective = EffectiveConfig.Of(config, endpoints, routes, root.Map) };
    }

    private static EquatableArray<string> InterestsIn(EndpointId endpoint, List<BoundRoute> routes, IReadOnlyList<LinkConfig> links, AccessConfig access)
    {
        var routed = routes.SelectMany(route => route.Config.From).Where(from => from.Endpoint == endpoint).Select(from => from.Pattern);
        var linked = links.SelectMany(link => link.Between).Where(side => side.Endpoint == endpoint).Select(side => side.Pattern);
        var management = access.Management.Where(address => address.Endpoint == endpoint).Select(address => address.Rest);
        return EquatableArray.From(routed.Concat(linked).Union(management).Order(StringComparer.Ordinal));
    }

    private static (IReadOnlyList<LinkConfig> Links, KnownPeople People) BindLinks(
        MapReader root, IReadOnlyDictionary<string, KnownEndpoint> endpoints, List<BoundRoute> routes, Report report)
    {
        var addresses = new AddressBinder(endpoints, report);
        var people = new PeopleBinder(endpoints, addresses, report).Bind(root.TakeSection("people"), root.TakeSection("groups"));
        var section = root.TakeSection("links");
        if (section is not null and not SequenceNode and not ScalarNode { IsNull: true })
        {
            report.Add(DiagnosticKinds.WrongShape, section.Position, $"'links' must be a list, not {Shape.Of(section)}");
        }

        var binder = new LinkBinder(addresses, new SyntaxBinder(report), people, report);
        var links = ((section as SequenceNode)?.Items ?? []).Select(binder.Bind).OfType<BoundLink>().ToList();
        var check = new LinkCheck(people, report);
        check.Check(links, routes);
        return ([.. links.Select(check.InOrder)], people);
    }

    private static List<BoundRoute> BindRoutes(
        YamlNode? section, IReadOnlyDictionary<string, KnownEndpoint> endpoints, RouteDefaults defaults, Report report)
    {
        var routes = new List<BoundRoute>();
        if (section is null or ScalarNode { IsNull: true })
        {
            return routes;
        }

        if (section is not SequenceNode list)
        {
            report.Add(DiagnosticKinds.WrongShape, section.Position, $"'routes' must be a list, not {Shape.Of(section)}");
            return routes;
        }

        var binder = new RouteBinder(new AddressBinder(endpoints, report), new SyntaxBinder(report), defaults, report);
        var check = new RouteCheck(report);
        foreach (var item in list.Items)
        {
            if (binder.Bind(item) is { } route)
            {
                routes.Add(route);
                if (route.IsUnderstood)
                {
                    check.Check(route);
                }
            }
        }

        new RouteOrderCheck(report).Check(routes);
        return routes;
    }
}
