namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>Reads the octets of one TPDU in order. Throws <see cref="TpduException"/> where one is missing.</summary>
internal ref struct TpduReader(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Octet() => Octets(1)[0];

    public ReadOnlySpan<byte> Octets(int count)
    {
        if (_rest.Length < count)
        {
            throw new TpduException("it ends too early");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Whatever is left.</summary>
    public ReadOnlySpan<byte> Rest() => Octets(_rest.Length);
}
