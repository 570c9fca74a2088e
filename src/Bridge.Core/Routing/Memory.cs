using System.Text.Json.Serialization;
using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>What the rules remember under one key: a closed hierarchy, sealed as JSON by its kind.</summary>
/// <param name="Due">When the decision loop must ask the rules about it again; null: never.</param>
/// <param name="Forget">When it may be forgotten; null: never by itself.</param>
public abstract record Remembered(DateTimeOffset? Due, DateTimeOffset? Forget)
{
    /// <summary>True for what a restart may forget: it is never written to the store.</summary>
    [JsonIgnore]
    public virtual bool IsVolatile => false;

    /// <summary>The kind only: keys and texts are personal.</summary>
    public sealed override string ToString() => $"({GetType().Name})";
}

/// <summary>The kinds of memory: the middle part of a <see cref="MemoryKey"/>, and the discriminator at rest.</summary>
public static class MemoryKinds
{
    public const string Known = "known";
    public const string Open = "open";
    public const string Debounce = "debounce";
    public const string Cooldown = "cooldown";
    public const string Limit = "limit";
    public const string Overflow = "overflow";
    public const string Repeats = "repeats";
    public const string Relation = "relation";
    public const string Bounces = "bounces";
    public const string Receipt = "receipt";
    public const string Arrival = "arrival";
    public const string Doubted = "doubted";
    public const string Portal = "portal";
    public const string History = "history";
    public const string Begun = "begun";
    public const string ReadUpTo = "read";
    public const string Revision = "revision";
    public const string Link = "link";
    public const string Silence = "silence";
    public const string OptOut = "opt-out";
    public const string Answers = "answers";
}

/// <summary>The rules' memory as one decision sees it.</summary>
public interface IMemory
{
    /// <summary>What is remembered, or null.</summary>
    Remembered? Find(MemoryKey key);

    /// <summary>How many entries of one kind a route has; alert state is capped.</summary>
    int Count(string route, string kind);

    /// <summary>The portal whose conversation is at this address; null when none is.</summary>
    MemoryKey? PortalAt(Address near);
}
