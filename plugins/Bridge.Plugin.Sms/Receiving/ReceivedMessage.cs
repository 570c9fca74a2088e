using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>What a driver heard: one short message, or one part of a long one.</summary>
/// <param name="From">As the network names the sender.</param>
/// <param name="To">Which of our numbers it came to; empty when the network does not say.</param>
/// <param name="Coding">How <paramref name="Data"/> is written.</param>
/// <param name="Data">Septets (one in each octet), octets, or UTF-16 big end first; without the header.</param>
/// <param name="Header">What stood before it.</param>
internal sealed record ReceivedMessage(string From, string To, TextCoding Coding, Payload Data, UserDataHeader Header)
{
    /// <summary>What the network calls it; null for nothing.</summary>
    public string? NativeId { get; init; }

    /// <summary>When the network took it from its sender; null when it does not say.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>TP-SCTS, the same however often the network brings it (3GPP 23.040 section 9.2.3.11); null when the driver does not hear it.</summary>
    public DateTimeOffset? Stamp { get; init; }

    /// <summary>What came with it; only with a whole message.</summary>
    public EquatableArray<AttachmentPart> Files { get; init; }

    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Coding})";
}
