namespace Bridge.Core.Configuration;

/// <summary>All that decides what is owed to whom: routes, links, who is who, and who may steer Bridge.</summary>
public sealed record Rules
{
    /// <summary>In rule order.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    /// <summary>In path order, then position.</summary>
    public IReadOnlyList<LinkConfig> Links { get; init; } = [];

    public People People { get; init; } = People.Nobody;

    public AccessConfig Access { get; init; } = AccessConfig.Nobody;
}
