using System.Collections.Frozen;
using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Routing;

/// <summary>The compiled links: immutable, swapped whole by a reload. Finds the links of an address without looking at the others.</summary>
public sealed class LinkTable
{
    private readonly FrozenDictionary<Address, LinkedSide[]> _fixed;
    private readonly FrozenDictionary<EndpointId, LinkedSide[]> _patterns;
    private readonly FrozenDictionary<string, CompiledLink> _byId;
    private readonly Func<string, UInt128> _index;

    /// <param name="links">In rule order.</param>
    /// <param name="people">Who is who.</param>
    /// <param name="index">A keyed hash, so that the keys of portals say nothing; null: one without a key, for explanations.</param>
    public LinkTable(IReadOnlyList<LinkConfig> links, People? people = null, Func<string, UInt128>? index = null)
    {
        Links = links;
        People = people ?? People.Nobody;
        _index = index ?? (text => UInt128.Parse(Fingerprint.Of(text), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture));
        var compiled = links.Select(link => new CompiledLink(link, People)).ToList();
        var sides = compiled.SelectMany(link => link.Config.Between.Select((written, side) => (Written: written, Side: new LinkedSide(link, side)))).ToList();
        _byId = compiled.ToFrozenDictionary(link => link.Id, StringComparer.Ordinal);
        _fixed = sides.Where(side => !side.Written.IsPattern)
            .GroupBy(side => side.Written.Address, side => side.Side)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
        _patterns = sides.Where(side => side.Written.IsPattern)
            .GroupBy(side => side.Written.Endpoint, side => side.Side)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>No links.</summary>
    public static LinkTable Empty { get; } = new([]);

    /// <summary>As configured, in rule order.</summary>
    public IReadOnlyList<LinkConfig> Links { get; }

    public People People { get; }

    /// <summary>True when the address is in some link, or may become part of one.</summary>
    public bool Has(Address address) => Links.Count > 0 && Matching(address).Count > 0;

    internal CompiledLink? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The sides of links that an address is, in rule order.</summary>
    internal IReadOnlyList<LinkedSide> Matching(Address address)
    {
        if (Links.Count == 0)
        {
            return [];
        }

        var found = _fixed.GetValueOrDefault(address) ?? [];
        if (!_patterns.TryGetValue(address.Endpoint, out var patterns))
        {
            return found;
        }

        return [.. found, .. patterns.Where(side => Covers(side.Link.Config.Between[side.Side], address))];
    }

    internal static bool Covers(LinkSide side, Address address) =>
        side.Endpoint == address.Endpoint && (side.IsPattern ? address.Rest.StartsWith(side.Rest, StringComparison.Ordinal) : address.Rest == side.Rest);

    /// <summary>The name of a portal: the same for the same link and far address for ever, in every installation another.</summary>
    internal string PortalKey(string link, Address canonicalFar) => NameFor($"{link}\n{canonicalFar.Full}");

    /// <summary>26 letters and digits that say nothing of the text they stand for.</summary>
    internal string NameFor(string text)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz234567";
        var index = _index(text);
        return string.Create(26, index, (letters, value) =>
        {
            for (var at = 0; at < letters.Length; at++)
            {
                letters[at] = Letters[(int)(value & 31)];
                value >>= 5;
            }
        });
    }
}
