using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration;

/// <summary>What reading gave.</summary>
/// <param name="Config">Null when there is any error.</param>
/// <param name="Diagnostics">Errors and warnings in the order of the text.</param>
/// <param name="Files">The files that were read (or tried), for watching.</param>
public sealed record ConfigResult(BridgeConfig? Config, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files)
{
    /// <summary>The normalised configuration with defaults applied and secrets masked; null when there is any error.</summary>
    public EffectiveConfig? Effective { get; init; }

    public bool HasErrors => Config is null;
}
