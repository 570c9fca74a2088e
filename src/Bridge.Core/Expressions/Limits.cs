namespace Bridge.Core.Expressions;

/// <summary>What bounds an expression in space and time, whatever it and its input are.</summary>
public static class Limits
{
    /// <summary>Of one expression or template, in UTF-16 code units.</summary>
    public const int Source = 4096;

    /// <summary>Levels of nesting.</summary>
    public const int Depth = 64;

    /// <summary>Per evaluation: one per node, and more for work on long texts, lists and maps.</summary>
    public const int Steps = 10_000;

    /// <summary>Of any text made by an expression, in UTF-16 code units; of a payload, in bytes.</summary>
    public const int Output = 65_536;

    /// <summary>Items of a list that a filter looks at.</summary>
    public const int Items = 1000;

    /// <summary>Of a <c>matches</c> pattern, in UTF-16 code units.</summary>
    public const int Pattern = 500;

    /// <summary>Text that costs one step.</summary>
    internal const int CharactersPerStep = 256;

    /// <summary>Members of a map that cost one step when one of them is looked up.</summary>
    internal const int MembersPerStep = 64;
}
