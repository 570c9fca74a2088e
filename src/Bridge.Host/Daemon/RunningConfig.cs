using Bridge.Core.Configuration;
using Bridge.Host.Configuration;

namespace Bridge.Host.Daemon;

/// <summary>The configuration in force.</summary>
/// <param name="Read">As read.</param>
/// <param name="Generation">Counts from 1; a reload that takes effect adds one.</param>
/// <param name="Refused">Why the latest reload was refused; null when it was not.</param>
internal sealed record RunningConfig(ConfigResult Read, int Generation, string? Refused)
{
    public BridgeConfig Config => Read.Config!;
}
