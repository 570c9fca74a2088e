namespace Bridge.Storage;

/// <summary>How far a long piece of work is.</summary>
/// <param name="Step">What is being done, in words.</param>
/// <param name="Done">Of <paramref name="Total"/>.</param>
/// <param name="Total">Zero: not known.</param>
public readonly record struct WorkProgress(string Step, long Done, long Total);
