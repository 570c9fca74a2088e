using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Sync;

namespace Bridge.Core.Routing;

/// <summary>A link with what can be known of it before any event.</summary>
internal sealed class CompiledLink(LinkConfig config, People people)
{
    public LinkConfig Config { get; } = config;

    public string Id => Config.Id;

    /// <summary>The people who may send through it; null: everybody.</summary>
    public IReadOnlySet<string>? By { get; } = config.By.Count == 0 ? null : config.By.ToHashSet(StringComparer.Ordinal);

    /// <summary>Where it is remembered that a link with history began; null: of portals each remembers that itself, or none is wanted.</summary>
    public MemoryKey? Beginning { get; } = config is { Portal: null, History: > 0 } ? Begun.KeyOf(config) : null;

    /// <summary>Of a portal link: where conversations are made.</summary>
    public LinkSide Near => Config.Between[0];

    /// <summary>Of a portal link: whose conversations the portals stand for.</summary>
    public LinkSide Far => Config.Between[1];

    public People People { get; } = people;

    /// <summary>The side that something said before comes from: of a portal always the far one.</summary>
    public int SideOfHistory(Address at) => Config.Portal is not null ? 1 : Config.Between.TakeWhile(side => side.Address != at).Count();

    /// <summary>One name for all the addresses of one person at the far side, so that they are one conversation.</summary>
    public Address Canonical(Address far)
    {
        if (People.At(far) is { } person)
        {
            foreach (var address in person.Addresses)
            {
                if (LinkTable.Covers(Far, address))
                {
                    return People.Canonical(address);
                }
            }
        }

        return People.Canonical(far);
    }
}

/// <summary>One side of a link, as an arrival meets it.</summary>
/// <param name="Side">Its number in <see cref="LinkConfig.Between"/>.</param>
internal sealed record LinkedSide(CompiledLink Link, int Side);
