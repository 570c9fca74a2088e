namespace Bridge.Core.Routing;

/// <summary>What the rules remember under one key: a closed hierarchy, sealed as JSON.</summary>
/// <param name="Due">When the decision loop must ask the rules about it again; null: never.</param>
/// <param name="Forget">When it may be forgotten; null: never by itself.</param>
public abstract record Remembered(DateTimeOffset? Due, DateTimeOffset? Forget);

/// <summary>The rules' memory as one decision sees it.</summary>
public interface IMemory
{
    /// <summary>What is remembered, or null.</summary>
    Remembered? Find(MemoryKey key);

    /// <summary>How many entries of one kind a route has; alert state is capped.</summary>
    int Count(string route, string kind);
}
