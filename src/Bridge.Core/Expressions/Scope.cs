namespace Bridge.Core.Expressions;

/// <summary>What an expression can see. One scope per evaluation context; roots are made when asked for.</summary>
public abstract class Scope
{
    /// <summary>
    /// The value of a root name (message, sender, chat, payload, topic, topic_str, meta, alert, severity, items, route); null when it has
    /// none here.
    /// </summary>
    public abstract Value Root(string name);

    /// <summary><c>now</c>.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>The zone in which times are read and shown.</summary>
    public abstract TimeZoneInfo Zone { get; }
}
