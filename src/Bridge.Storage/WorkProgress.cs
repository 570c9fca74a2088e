namespace Bridge.Storage;

/// <summary>How far a long piece of work is.</summary>
/// <param name="Of">All of it; null while nobody knows.</param>
/// <param name="Unit">Of what, plural: <c>bytes of the store</c>.</param>
public readonly record struct WorkProgress(long Done, long? Of, string Unit);
