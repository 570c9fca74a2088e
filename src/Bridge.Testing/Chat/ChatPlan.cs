namespace Bridge.Testing.Chat;

/// <summary>What the network does with one send or one opening: whether it takes it, what it answers, and when.</summary>
public sealed record ChatPlan
{
    /// <summary>Takes it and says so.</summary>
    public static ChatPlan Take { get; } = new();

    /// <summary>Takes it; the connection breaks before the answer.</summary>
    public static ChatPlan LoseAnswer { get; } = new() { Breaks = true };

    /// <summary>The connection breaks before it is taken.</summary>
    public static ChatPlan LoseRequest { get; } = new() { Takes = false, Breaks = true };

    /// <summary>Neither takes it nor ever answers.</summary>
    public static ChatPlan Hang { get; } = new() { Takes = false, Answers = false };

    /// <summary>Takes it and never answers.</summary>
    public static ChatPlan TakeInSilence { get; } = new() { Answers = false };

    public bool Takes { get; init; } = true;

    public bool Answers { get; init; } = true;

    public bool Breaks { get; init; }

    /// <summary>Said in the place of what would be said of itself.</summary>
    public ChatAnswer? Instead { get; init; }

    /// <summary>The answer waits for this.</summary>
    public Task Delay { get; init; } = Task.CompletedTask;

    public static ChatPlan Refuse(string why) => new() { Takes = false, Instead = new ChatAnswer("refused") { Why = why } };

    public static ChatPlan Defer(string why, TimeSpan? after = null) => new() { Takes = false, Instead = new ChatAnswer("deferred") { Why = why, After = after } };

    /// <summary>Takes it, and says that it does not know.</summary>
    public static ChatPlan Doubt(string why) => new() { Instead = new ChatAnswer("uncertain") { Why = why } };

    public static ChatPlan After(Task delay) => new() { Delay = delay };
}
