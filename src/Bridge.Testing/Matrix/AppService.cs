using System.Text.RegularExpressions;

namespace Bridge.Testing.Matrix;

/// <summary>An application service as its registration file tells the homeserver of it.</summary>
public sealed record AppService
{
    /// <summary>Unique on the server; part of the key of the transaction memory.</summary>
    public string Id { get; init; } = "bridge";

    /// <summary>Where transactions are pushed to; null for none. May change, as an operator edits the file.</summary>
    public Uri? Url { get; set; }

    public string AsToken { get; init; } = "as-token";

    public string HsToken { get; init; } = "hs-token";

    public string SenderLocalpart { get; init; } = "bridge";

    /// <summary>Exclusive namespaces of user ids.</summary>
    public IReadOnlyList<Regex> Users { get; init; } = [new("^@bridge_.*:", RegexOptions.NonBacktracking), new("^@bridge:", RegexOptions.NonBacktracking)];

    /// <summary>Exclusive namespaces of aliases.</summary>
    public IReadOnlyList<Regex> Aliases { get; init; } = [new("^#bridge_.*:", RegexOptions.NonBacktracking)];

    /// <summary>Users it may act as although they are not its own (double puppets): a namespace that is not exclusive.</summary>
    public IReadOnlyList<Regex> Guests { get; init; } = [];

    /// <summary><c>rate_limited</c>.</summary>
    public bool IsRateLimited { get; init; }

    /// <summary>
    /// <c>de.sorunome.msc2409.push_ephemeral</c>: without it no ephemeral comes. The stable <c>receive_ephemeral</c> is not read by Synapse 1.141.
    /// </summary>
    public bool PushesEphemeral { get; init; } = true;

    internal bool Owns(string userId) => Users.Any(users => users.IsMatch(userId));

    internal bool OwnsAlias(string alias) => Aliases.Any(aliases => aliases.IsMatch(alias));

    internal bool MayActAs(string userId) => Owns(userId) || Guests.Any(guests => guests.IsMatch(userId));
}
