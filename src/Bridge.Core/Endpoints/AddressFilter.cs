using Bridge.Abstractions;

namespace Bridge.Core.Endpoints;

/// <summary><c>allow:</c> and <c>deny:</c> of one endpoint, over the rest of the address.</summary>
public sealed class AddressFilter(EquatableArray<string> allow, EquatableArray<string> deny, AddressStyle style)
{
    /// <summary>No restriction.</summary>
    public static AddressFilter Everything { get; } = new([], [], AddressStyle.Plain);

    /// <summary>True when the address may be spoken to and heard: not denied, and allowed where anything is allowed by name.</summary>
    public bool Allows(string rest) => !Any(deny, rest) && (allow.Count == 0 || Any(allow, rest));

    private bool Any(EquatableArray<string> patterns, string rest)
    {
        foreach (var pattern in patterns)
        {
            if (style == AddressStyle.Levels ? MatchesLevels(pattern, rest) : MatchesPlain(pattern, rest))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Exact, or everything that begins with what stands before a final <c>*</c>.</summary>
    private static bool MatchesPlain(string pattern, string rest) =>
        pattern.EndsWith('*') ? rest.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == rest;

    private static bool MatchesLevels(string pattern, string rest)
    {
        var levels = pattern.Split('/');
        var words = rest.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i] == "#")
            {
                return true;
            }

            if (i >= words.Length || (levels[i] != "+" && levels[i] != words[i]))
            {
                return false;
            }
        }

        return levels.Length == words.Length;
    }
}
