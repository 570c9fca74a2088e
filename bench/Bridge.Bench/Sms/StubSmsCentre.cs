using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bridge.Bench.Load;

namespace Bridge.Bench.Sms;

/// <summary>An SMS centre (SMPP 3.4) that takes every message and remembers nothing but which came when.</summary>
internal sealed class StubSmsCentre(Ledger ledger) : StubServer
{
    private const int HeaderLength = 16;
    private const uint SubmitSm = 0x4;
    private const uint Unbind = 0x6;
    private const uint LastBind = 0x9;
    private const uint Answer = 0x8000_0000;

    private int _ids;

    protected override int Take(ReadOnlySpan<byte> bytes, Stream answers)
    {
        if (bytes.Length < HeaderLength || BinaryPrimitives.ReadInt32BigEndian(bytes) is var length && bytes.Length < length)
        {
            return 0;
        }

        var command = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (command == SubmitSm)
        {
            ledger.Receive(NumberIn(bytes[HeaderLength..length]), null, Stopwatch.GetTimestamp());
        }

        if ((command & Answer) == 0)
        {
            Write(answers, command, bytes.Slice(12, 4));
        }

        return length;
    }

    /// <summary>A name where one belongs: of a message (submit_sm_resp), or ours (bind_..._resp); enquire_link and unbind have none.</summary>
    private void Write(Stream answers, uint command, ReadOnlySpan<byte> sequence)
    {
        var name = command switch
        {
            SubmitSm => Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture) + "\0",
            <= LastBind and not Unbind => "STUB\0",
            _ => "",
        };
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, HeaderLength + name.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], command | Answer);
        header[8..12].Clear();
        sequence.CopyTo(header[12..]);
        answers.Write(header);
        answers.Write(Encoding.ASCII.GetBytes(name));
    }

    /// <summary>The digits with which the text of a submit_sm begins (SMPP 3.4 section 4.4.1).</summary>
    private static int NumberIn(ReadOnlySpan<byte> body)
    {
        body = AfterText(body)[2..]; // service_type; ton and npi of the source
        body = AfterText(body)[2..]; // its address; ton and npi of the destination
        body = AfterText(body)[3..]; // its address; esm_class, protocol_id, priority_flag
        body = AfterText(AfterText(body))[5..]; // the times; four flags and the length
        return int.Parse(body[..body.IndexOf((byte)' ')], CultureInfo.InvariantCulture);
    }

    private static ReadOnlySpan<byte> AfterText(ReadOnlySpan<byte> body) => body[(body.IndexOf((byte)0) + 1)..];
}
