using Bridge.Abstractions;

namespace Bridge.Host.Configuration;

/// <summary>What a configuration is read against: the plugins at hand and where secrets come from.</summary>
public sealed record ConfigSources
{
    /// <summary>The plugins that loaded.</summary>
    public required IReadOnlyList<IPlugin> Plugins { get; init; }

    /// <summary>The plugins that are there but did not load, with the reason; their endpoints are read as disabled.</summary>
    public IReadOnlyDictionary<string, string> FailedPlugins { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>
    /// False for <c>validate --no-secrets</c> and <c>explain</c>: references are left alone and nothing complains about their values.
    /// </summary>
    public bool WithSecrets { get; init; } = true;
}
