namespace Bridge.Abstractions;

/// <summary>Optional. Figures of an endpoint's own, beside those that the host keeps of every one: how well a modem hears its network, what is left on its card.</summary>
public interface IGauge
{
    /// <summary>As they are known now; one that is not known is not among them. From any thread, at any time, often; must not block.</summary>
    IReadOnlyList<Figure> Figures { get; }
}

/// <summary>One figure. Shown by <c>status</c>, and as the metric <c>bridge_&lt;plugin&gt;_&lt;name&gt;</c>.</summary>
/// <param name="Name">Small letters and underscores, its unit last: <c>signal_dbm</c>.</param>
/// <param name="Value">What it is.</param>
/// <param name="Words">The same for people: <c>signal -77 dBm</c>. No text, address or secret.</param>
/// <param name="Help">What the metric means, in one line; always the same.</param>
public sealed record Figure(string Name, double Value, string Words, string Help)
{
    /// <summary>Which of several such things of the endpoint it is of; null where there is one.</summary>
    public string? Part { get; init; }
}
