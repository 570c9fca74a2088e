using System.Collections.Frozen;
using Bridge.Abstractions;
using Bridge.Core.Commands;
using Bridge.Core.Configuration;

namespace Bridge.Core.Routing;

/// <summary>
/// The compiled rules: immutable, swapped whole by a reload. Finds the routes that listen to an address at the cost of those that match, and
/// keeps their order. Behind the routes stand the retired rules by which open keyed states still end.
/// </summary>
public sealed class RouteTable
{
    private readonly FrozenDictionary<EndpointId, Patterns> _endpoints;
    private readonly CompiledRoute[] _routes;
    private readonly FrozenDictionary<string, CompiledRoute> _byId;

    private RouteTable(CompiledRoute[] routes, IReadOnlyList<RouteConfig> configured, int generation, LinkTable links, Management management)
    {
        _routes = routes;
        Routes = configured;
        Links = links;
        Management = management;
        Generation = generation;
        _byId = routes.Where(route => !route.IsRetired).ToFrozenDictionary(route => route.Id, StringComparer.Ordinal);
        var endpoints = new Dictionary<EndpointId, Patterns>();
        for (var index = 0; index < routes.Length; index++)
        {
            foreach (var pattern in routes[index].Config.From)
            {
                if (!endpoints.TryGetValue(pattern.Endpoint, out var patterns))
                {
                    endpoints.Add(pattern.Endpoint, patterns = new Patterns());
                }

                patterns.Add(pattern, index);
            }
        }

        _endpoints = endpoints.ToFrozenDictionary();
    }

    /// <summary>No routes.</summary>
    public static RouteTable Empty { get; } = Compile([]);

    /// <summary>As configured, in rule order.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; }

    /// <summary>The links beside them.</summary>
    public LinkTable Links { get; }

    /// <summary>The conversations whose words are for Bridge itself.</summary>
    public Management Management { get; }

    /// <summary>Which configuration this is; counts reloads.</summary>
    public int Generation { get; }

    /// <summary>The configuration was validated, so nothing here can fail.</summary>
    /// <param name="routes">In rule order.</param>
    /// <param name="generation">Counts reloads.</param>
    /// <param name="open">The rules of open keyed states, by route id; those that no route has any more are kept until their states end.</param>
    /// <param name="links">The links beside them; null: none.</param>
    /// <param name="management">Where commands are taken; null: nowhere.</param>
    public static RouteTable Compile(
        IReadOnlyList<RouteConfig> routes, int generation = 0, IEnumerable<(string Route, KeyedRule Rule)>? open = null, LinkTable? links = null, Management? management = null)
    {
        var compiled = routes.Select(route => new CompiledRoute(route)).ToList();
        var current = compiled.ToDictionary(route => route.Id, route => route.Rule, StringComparer.Ordinal);
        foreach (var (id, rule) in (open ?? []).Distinct())
        {
            if (!(current.TryGetValue(id, out var now) && now == rule) && CompiledRoute.Retired(id, rule) is { } retired)
            {
                compiled.Add(retired);
            }
        }

        return new RouteTable([.. compiled], routes, generation, links ?? LinkTable.Empty, management ?? Management.None);
    }

    /// <summary>Everything that is in force: what the configuration says, and what was made at run time.</summary>
    /// <param name="index">See <see cref="LinkTable"/>.</param>
    public static RouteTable Of(Rules rules, RulesMemory memory, int generation = 0, Func<string, UInt128>? index = null) => Compile(
        rules.Routes,
        generation,
        memory.OpenRules(),
        new LinkTable([.. rules.Links, .. memory.Links()], rules.People, index),
        new Management(rules.Access, rules.People));

    /// <summary>The route of that id, or null.</summary>
    internal CompiledRoute? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Every route that listens to the address, in rule order.</summary>
    internal IReadOnlyList<CompiledRoute> Matching(Address address)
    {
        if (!_endpoints.TryGetValue(address.Endpoint, out var patterns))
        {
            return [];
        }

        var found = new List<int>();
        patterns.Match(address.Rest, found);
        found.Sort();
        return [.. found.Distinct().Select(index => _routes[index])];
    }

    /// <summary>The ids of the routes that listen to the address, in rule order.</summary>
    public IEnumerable<string> ListeningTo(Address address) => Matching(address).Where(route => !route.IsRetired).Select(route => route.Id);

    /// <summary>True when some route or link passes on what happens there as it is, edits, deletes and reactions included.</summary>
    internal bool ForwardsFrom(Address address) => Links.Has(address) || Matching(address).Any(route => route is { IsForward: true, IsRetired: false });

    /// <summary>True when some route or link listens to the address: what is sent there may come back.</summary>
    internal bool ListensTo(Address address) => Matching(address).Count > 0 || Links.Has(address);

    private sealed class Patterns
    {
        private readonly LevelTrie _levels = new();
        private readonly Dictionary<string, List<int>> _exact = new(StringComparer.Ordinal);
        private readonly List<int> _all = [];

        public void Add(AddressPattern pattern, int route)
        {
            if (pattern.Style == AddressStyle.Levels)
            {
                _levels.Add(pattern.Pattern, route);
            }
            else if (pattern.Pattern == "*")
            {
                _all.Add(route);
            }
            else if (_exact.TryGetValue(pattern.Pattern, out var routes))
            {
                routes.Add(route);
            }
            else
            {
                _exact.Add(pattern.Pattern, [route]);
            }
        }

        public void Match(string rest, List<int> found)
        {
            _levels.Match(rest, found);
            found.AddRange(_all);
            if (_exact.TryGetValue(rest, out var routes))
            {
                found.AddRange(routes);
            }
        }
    }
}
