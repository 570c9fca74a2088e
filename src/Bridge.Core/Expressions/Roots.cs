namespace Bridge.Core.Expressions;

/// <summary>What an expression looks at: lets a caller skip making what no rule needs (parsing the payload, first of all).</summary>
[Flags]
public enum Roots
{
    None = 0,
    Message = 1,
    Sender = 1 << 1,
    Chat = 1 << 2,
    Payload = 1 << 3,

    /// <summary><c>topic</c>, <c>topic_str</c> or <c>topic_tail(n)</c>.</summary>
    Topic = 1 << 4,
    Meta = 1 << 5,
    Alert = 1 << 6,
    Severity = 1 << 7,
    Now = 1 << 8,
    Items = 1 << 9,
    Route = 1 << 10,

    /// <summary>The function <c>alert(id)</c>: another route's alert.</summary>
    AlertOf = 1 << 11,
}

/// <summary>The names of the language that are not filters.</summary>
internal static class Names
{
    public const string TopicTail = "topic_tail";
    public const string AlertOf = "alert";

    public static readonly IReadOnlyDictionary<string, Roots> Roots = new Dictionary<string, Roots>
    {
        ["message"] = Expressions.Roots.Message,
        ["sender"] = Expressions.Roots.Sender,
        ["chat"] = Expressions.Roots.Chat,
        ["payload"] = Expressions.Roots.Payload,
        ["topic"] = Expressions.Roots.Topic,
        ["topic_str"] = Expressions.Roots.Topic,
        ["meta"] = Expressions.Roots.Meta,
        ["alert"] = Expressions.Roots.Alert,
        ["severity"] = Expressions.Roots.Severity,
        ["now"] = Expressions.Roots.Now,
        ["items"] = Expressions.Roots.Items,
        ["route"] = Expressions.Roots.Route,
    };

    public static readonly IReadOnlyDictionary<string, Value> Constants = new Dictionary<string, Value>
    {
        ["null"] = Value.Null,
        ["true"] = Value.Of(true),
        ["false"] = Value.Of(false),
        ["info"] = Value.Of(Abstractions.Severity.Info),
        ["notice"] = Value.Of(Abstractions.Severity.Notice),
        ["warning"] = Value.Of(Abstractions.Severity.Warning),
        ["critical"] = Value.Of(Abstractions.Severity.Critical),
    };
}
