using Bridge.Host.Plugins;

namespace Bridge.Host.Configuration;

/// <summary>What a configuration is read against: the plugins at hand and where secrets come from.</summary>
public sealed record ConfigSources
{
    /// <summary>Those that are named are loaded. The endpoints of one that is refused are read as disabled.</summary>
    public required PluginCatalog Plugins { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>
    /// False for <c>validate --no-secrets</c> and <c>explain</c>: references are left alone and nothing complains about their values.
    /// </summary>
    public bool WithSecrets { get; init; } = true;
}
