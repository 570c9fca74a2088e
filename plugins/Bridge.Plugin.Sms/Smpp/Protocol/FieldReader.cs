using System.Buffers.Binary;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>Reads the fields of one body in order. The first that is not there makes <see cref="Fault"/>, and everything after it is empty.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> body)
{
    private const int TlvHead = 4;

    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Ok as long as everything was there.</summary>
    public CommandStatus Fault { get; private set; }

    public byte Octet() => Take(1) is [var octet] ? octet : (byte)0;

    /// <summary>Up to a NUL, or to the end where that is missing behind the last field, as some SMS centres write it.</summary>
    public string Text()
    {
        var end = _rest.IndexOf((byte)0);
        var text = end < 0 ? _rest : _rest[..end];
        if (text.Length >= FieldLimits.Text || (end < 0 && text.IsEmpty))
        {
            return Fail(CommandStatus.InvMsgLen);
        }

        _rest = _rest[(end < 0 ? text.Length : end + 1)..];
        return Encoding.Latin1.GetString(text);
    }

    public SmppAddress Address() => new(Octet(), Octet(), Text());

    public Payload Octets(int length) => new(Take(length).ToArray());

    /// <summary>All that is left.</summary>
    public EquatableArray<Tlv> Tlvs()
    {
        var tlvs = new List<Tlv>();
        while (!_rest.IsEmpty)
        {
            var length = _rest.Length < TlvHead ? -1 : BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            if (length < 0 || _rest.Length < TlvHead + length)
            {
                Fail(CommandStatus.InvTlvStream);
                break;
            }

            tlvs.Add(new Tlv((TlvTag)BinaryPrimitives.ReadUInt16BigEndian(_rest), new Payload(_rest.Slice(TlvHead, length).ToArray())));
            _rest = _rest[(TlvHead + length)..];
        }

        return EquatableArray.From(tlvs);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
        {
            Fail(CommandStatus.InvMsgLen);
            return [];
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private string Fail(CommandStatus why)
    {
        Fault = Fault == CommandStatus.Ok ? why : Fault;
        _rest = [];
        return "";
    }
}
