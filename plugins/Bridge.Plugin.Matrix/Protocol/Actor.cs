using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>Who does something at the homeserver.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Token">What is shown to the homeserver.</param>
/// <param name="IsAssumed">True when the token is not this user's own, and the homeserver must be told who is meant.</param>
internal sealed record Actor(string UserId, Secret Token, bool IsAssumed)
{
    /// <summary>True for a person who is spoken for (double puppeting).</summary>
    public bool IsPuppet { get; init; }
}
