using System.Security.Cryptography;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>What is remembered of a message that was put together, so that its parts are known when they come again: no words of it.</summary>
/// <param name="At">When it was handed over.</param>
/// <param name="Key">Which message.</param>
/// <param name="Marks">One for each of its parts.</param>
/// <param name="IsStamped">Its marks are those of no other message.</param>
internal sealed record JoinedMessage(DateTimeOffset At, PartKey Key, IReadOnlyList<string> Marks, bool IsStamped = false) : IDated
{
    /// <summary>For how long the longest is known: as long as any network tries (3GPP 23.040 section 9.2.3.12 lets it say so).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static JoinedMessage Of(IReadOnlyList<Part> parts, DateTimeOffset now) =>
        new(now, parts[0].Key, [.. parts.Select(MarkOf)], parts.All(part => part.Stamp is not null));

    /// <summary>Without a stamp it is forgotten soon: some senders say the same again, under the same number.</summary>
    public bool IsKnownAt(DateTimeOffset now, TimeSpan patience) => now - At < (IsStamped ? Longest : patience);

    public bool Has(Part part) => Key == part.Key && Marks.Contains(MarkOf(part));

    /// <summary>Nothing of the numbers.</summary>
    public override string ToString() => Key.ToString();

    private static string MarkOf(Part part) =>
        $"{part.Sequence}.{part.Coding}.{part.Stamp?.ToUnixTimeSeconds()}.{Convert.ToHexStringLower(SHA256.HashData(part.Data.Bytes.Span).AsSpan(0, 16))}";
}
