using System.Security.Cryptography;
using System.Text;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration;

namespace Bridge.Host.Daemon;

/// <summary>The configuration in force.</summary>
/// <param name="Read">As read.</param>
/// <param name="Generation">Counts from 1; a reload that takes effect adds one.</param>
/// <param name="Refused">Why the latest reload was refused; null when it was not.</param>
internal sealed record RunningConfig(ConfigResult Read, int Generation, string? Refused)
{
    private readonly Lazy<string> _hash = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Read.Effective!.ToJson())))[..12]);

    public BridgeConfig Config => Read.Config!;

    /// <summary>Equal where two daemons run with the same rules and settings; secrets do not count.</summary>
    public string Hash => _hash.Value;
}
