using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>What the parts of one message have in common (3GPP 23.040 section 9.2.3.24.1).</summary>
/// <param name="From">Who sent it, as the network named him.</param>
/// <param name="To">Which of our numbers it came to; empty when the network does not say.</param>
/// <param name="Reference">As its sender numbered it.</param>
/// <param name="Total">How many parts there are.</param>
internal sealed record PartKey(string From, string To, int Reference, int Total)
{
    /// <summary>Nothing of the numbers.</summary>
    public override string ToString() => Mask.Of(From);
}

/// <summary>One received part of a message.</summary>
/// <param name="Key">Of which message.</param>
/// <param name="Sequence">Which part; from 1.</param>
/// <param name="Coding">How <paramref name="Data"/> is written.</param>
/// <param name="Data">Septets (one in each octet), octets, or UTF-16 big end first.</param>
/// <param name="ReceivedAt">By our clock.</param>
internal sealed record Part(PartKey Key, int Sequence, TextCoding Coding, Payload Data, DateTimeOffset ReceivedAt)
{
    /// <summary>What the network calls it; null for nothing.</summary>
    public string? NativeId { get; init; }

    /// <summary>When the network took it from its sender; null when it does not say.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>As <see cref="Receiving.ReceivedMessage.Stamp"/>: two with different ones are two messages, whatever they say.</summary>
    public DateTimeOffset? Stamp { get; init; }

    /// <summary>What came with a whole message.</summary>
    public EquatableArray<AttachmentPart> Files { get; init; }

    /// <summary>Between which applications it travels; null where it is for people.</summary>
    public Ports? Ports { get; init; }

    /// <summary>Tells messages apart whose sender used one reference for several; given by <see cref="Reassembler.Take"/>.</summary>
    public int Generation { get; init; }

    public bool IsSameAs(Part other) => Sequence == other.Sequence && Coding == other.Coding && Data == other.Data && Stamp == other.Stamp;

    /// <summary>Only the number of the part.</summary>
    public override string ToString() => $"({Sequence} of {Key.Total})";
}

/// <summary>What a received part leads to: a closed hierarchy.</summary>
internal abstract record Step
{
    private Step()
    {
    }

    /// <summary>It was here before.</summary>
    public sealed record Repeats : Step;

    /// <summary>Others are missing. The part is to be kept (<see cref="Reassembler.Keep"/>) as it stands here.</summary>
    public sealed record Waits(Part Part) : Step;

    /// <summary>All are here, in order. They are to be forgotten (<see cref="Reassembler.Forget"/>) when they are handed over.</summary>
    public sealed record Completes(IReadOnlyList<Part> Parts) : Step;
}
