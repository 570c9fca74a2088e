using System.Security.Cryptography;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>What is remembered of a message that was put together, so that its parts are known when they come again: no words of it.</summary>
/// <param name="At">When it was handed over.</param>
/// <param name="Key">Which message.</param>
/// <param name="Marks">One for each of its parts.</param>
internal sealed record JoinedMessage(DateTimeOffset At, PartKey Key, IReadOnlyList<string> Marks) : IDated
{
    public static JoinedMessage Of(IReadOnlyList<Part> parts, DateTimeOffset now) => new(now, parts[0].Key, [.. parts.Select(MarkOf)]);

    public bool Has(Part part) => Key == part.Key && Marks.Contains(MarkOf(part));

    /// <summary>Nothing of the numbers.</summary>
    public override string ToString() => Key.ToString();

    private static string MarkOf(Part part) => $"{part.Sequence}.{part.Coding}.{Convert.ToHexStringLower(SHA256.HashData(part.Data.Bytes.Span).AsSpan(0, 16))}";
}
