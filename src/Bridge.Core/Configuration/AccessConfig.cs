using Bridge.Abstractions;

namespace Bridge.Core.Configuration;

/// <summary>Who may steer Bridge from a conversation or over HTTP. Nobody unless written.</summary>
public sealed record AccessConfig
{
    public static AccessConfig Nobody { get; } = new();

    /// <summary>The conversations in which Bridge takes commands. Nothing said there is carried anywhere.</summary>
    public EquatableArray<Address> Management { get; init; }

    /// <summary>What people may do there, by their names.</summary>
    public IReadOnlyDictionary<string, AccessRight> Roles { get; init; } = new Dictionary<string, AccessRight>();

    public EquatableArray<AccessToken> Tokens { get; init; }
}

/// <summary>Who shows it over HTTP may do something.</summary>
/// <param name="Name">As configured; for logs.</param>
/// <param name="Token">The secret.</param>
/// <param name="May">The most it may do.</param>
public sealed record AccessToken(string Name, Secret Token, AccessRight May);

/// <summary>How far somebody may go. Each includes those before it.</summary>
public enum AccessRight
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Look at everything but secrets: addresses and names too.</summary>
    Read,

    /// <summary>Send again, drop, start a chat: what concerns single deliveries and conversations.</summary>
    Operate,

    /// <summary>Change what is carried where.</summary>
    Admin,
}
