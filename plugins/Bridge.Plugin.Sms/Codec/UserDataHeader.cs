using System.Buffers.Binary;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>Which part of which message this is (3GPP 23.040 sections 9.2.3.24.1 and 9.2.3.24.8).</summary>
/// <param name="Reference">The same in all parts of one message from one sender; at most 255, or 65535 when wide.</param>
/// <param name="Total">How many parts there are; 1 to 255.</param>
/// <param name="Sequence">Which one this is; 1 to <paramref name="Total"/>.</param>
/// <param name="IsWide">Whether the reference has 16 bits.</param>
internal sealed record Concatenation(int Reference, int Total, int Sequence, bool IsWide = false);

/// <summary>Between which applications octets travel (3GPP 23.040 section 9.2.3.24.4).</summary>
internal sealed record Ports(int Destination, int Source);

/// <summary>What stands before the text of a short message (3GPP 23.040 section 9.2.3.24). Immutable.</summary>
internal sealed record UserDataHeader
{
    private const byte Concatenation8 = 0x00;
    private const byte Ports8 = 0x04;
    private const byte Ports16 = 0x05;
    private const byte Concatenation16 = 0x08;
    private const byte SingleShift = 0x24;
    private const byte LockingShift = 0x25;

    public Concatenation? Concatenation { get; init; }

    public Ports? Ports { get; init; }

    public NationalLanguage Locking { get; init; }

    public NationalLanguage Single { get; init; }

    /// <summary>With its length octet; empty when there is nothing to say.</summary>
    public byte[] Encode()
    {
        List<byte> header = [0];
        if (Concatenation is { } part)
        {
            header.AddRange(part.IsWide
                ? [Concatenation16, 4, (byte)(part.Reference >> 8), (byte)part.Reference, (byte)part.Total, (byte)part.Sequence]
                : [Concatenation8, 3, (byte)part.Reference, (byte)part.Total, (byte)part.Sequence]);
        }

        if (Ports is { } ports)
        {
            header.AddRange([Ports16, 4, (byte)(ports.Destination >> 8), (byte)ports.Destination, (byte)(ports.Source >> 8), (byte)ports.Source]);
        }

        Shift(header, SingleShift, Single);
        Shift(header, LockingShift, Locking);
        header[0] = (byte)(header.Count - 1);
        return header.Count == 1 ? [] : [.. header];
    }

    /// <summary>
    /// Null when the octets are no header. Elements that are unknown or say nothing usable are skipped; of several with one meaning the last counts (9.2.3.24).
    /// </summary>
    /// <param name="bytes">With the length octet; what follows the header is ignored.</param>
    public static UserDataHeader? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length < 1 + bytes[0])
        {
            return null;
        }

        var header = new UserDataHeader();
        var elements = bytes.Slice(1, bytes[0]);
        while (elements.Length >= 2)
        {
            if (elements.Length < 2 + elements[1])
            {
                return null;
            }

            header = header.With(elements[0], elements.Slice(2, elements[1]));
            elements = elements[(2 + elements[1])..];
        }

        return elements.IsEmpty ? header : null;
    }

    private UserDataHeader With(byte element, ReadOnlySpan<byte> data) => (element, data.Length) switch
    {
        (Concatenation8, 3) => WithPart(new Concatenation(data[0], data[1], data[2])),
        (Concatenation16, 4) => WithPart(new Concatenation(BinaryPrimitives.ReadUInt16BigEndian(data), data[2], data[3], IsWide: true)),
        (Ports8, 2) => this with { Ports = new Ports(data[0], data[1]) },
        (Ports16, 4) => this with { Ports = new Ports(BinaryPrimitives.ReadUInt16BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[2..])) },
        (SingleShift, 1) when data[0] <= (byte)NationalLanguage.Portuguese => this with { Single = (NationalLanguage)data[0] },
        (LockingShift, 1) when data[0] <= (byte)NationalLanguage.Portuguese => this with { Locking = (NationalLanguage)data[0] },
        _ => this,
    };

    /// <summary>A part number out of range makes the element void (9.2.3.24.1).</summary>
    private UserDataHeader WithPart(Concatenation part) => part.Sequence >= 1 && part.Sequence <= part.Total ? this with { Concatenation = part } : this;

    private static void Shift(List<byte> header, byte element, NationalLanguage language)
    {
        if (language != NationalLanguage.None)
        {
            header.AddRange([element, 1, (byte)language]);
        }
    }
}
