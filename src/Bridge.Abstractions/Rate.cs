namespace Bridge.Abstractions;

/// <summary>
/// <c>6/min</c>: a bucket of <paramref name="Count"/> that refills over <paramref name="Per"/>. As the type of an option it is written so.
/// </summary>
/// <param name="Count">How many fit into the bucket; at least 1.</param>
/// <param name="Per">How long an empty bucket takes to be full.</param>
public sealed record Rate(int Count, TimeSpan Per);
