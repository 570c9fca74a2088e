using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration.Binding;

/// <summary>What <c>defaults</c> gives to routes.</summary>
internal sealed record RouteDefaults(TimeSpan? Cooldown = null, RetainedMode? Retained = null, TimeSpan? MaxAge = null)
{
    public static IReadOnlyDictionary<string, RetainedMode> RetainedModes { get; } = new Dictionary<string, RetainedMode>(StringComparer.Ordinal)
    {
        ["changed"] = RetainedMode.Changed,
        ["ignore"] = RetainedMode.Ignore,
        ["always"] = RetainedMode.Always,
    };
}
