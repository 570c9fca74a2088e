using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>Cuts a stream into PDUs. Holds one at most.</summary>
internal sealed class PduReader(PipeReader input)
{
    /// <summary>Null when the stream has ended. A length that no PDU has is a <see cref="SmppProtocolException"/>.</summary>
    public async ValueTask<Pdu?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            if (TryTake(ref rest) is { } pdu)
            {
                input.AdvanceTo(rest.Start);
                return pdu;
            }

            if (result.IsCompleted)
            {
                return null;
            }

            input.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static Pdu? TryTake(ref ReadOnlySequence<byte> rest)
    {
        Span<byte> head = stackalloc byte[sizeof(uint)];
        if (rest.Length < head.Length)
        {
            return null;
        }

        rest.Slice(0, head.Length).CopyTo(head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length is < Pdu.HeaderLength or > Pdu.MostLength)
        {
            throw new SmppProtocolException("what the SMS centre sends is not SMPP: check host and port of driver.url");
        }

        if (rest.Length < length)
        {
            return null;
        }

        var bytes = rest.Slice(0, length);
        rest = rest.Slice(length);
        return bytes.IsSingleSegment ? PduDecoder.Decode(bytes.FirstSpan) : PduDecoder.Decode(bytes.ToArray());
    }
}
