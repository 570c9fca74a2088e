using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;

namespace Bridge.Host.Configuration.Binding;

/// <summary>What routes may know of an endpoint, even of one whose own options have errors.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Enabled">False when the configuration says so.</param>
/// <param name="Description">Null when the plugin is unknown or did not load: nothing can be said about its addresses then.</param>
internal sealed record KnownEndpoint(EndpointId Id, bool Enabled, PluginDescription? Description)
{
    public EquatableArray<string> Allow { get; init; }

    public EquatableArray<string> Deny { get; init; }

    /// <summary>Null when there were errors.</summary>
    public EndpointConfig? Config { get; init; }

    /// <summary>The options with defaults applied and secrets masked.</summary>
    public JsonObject Shown { get; init; } = [];

    public AddressStyle Style => Description?.Addresses ?? AddressStyle.Plain;

    /// <summary>True unless it is certain that the endpoint does not carry it.</summary>
    public bool MayCarry(EventFeature feature) => Description is null || Description.Carries.HasFlag(feature);

    /// <summary>True when a literal address passes the endpoint's lists.</summary>
    public bool Admits(string rest) => new AddressFilter(Allow, Deny, Style).Allows(rest);
}
