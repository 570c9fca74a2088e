using System.Buffers;
using System.IO.Pipelines;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class PduTests
{
    public static TheoryData<string> Names => [.. SamplePdus.Golden.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_npm_smpp_writes_is_read_and_written_again_byte_for_byte(string name)
    {
        var hex = SamplePdus.Golden.Single(sample => sample.Name == name).Hex;
        var pdu = PduDecoder.Decode(Convert.FromHexString(hex));
        Assert.Equal(1u, pdu.Sequence);
        Assert.IsNotType<PduBody.Broken>(pdu.Body);
        Assert.Equal(hex, Convert.ToHexStringLower(PduEncoder.Encode(pdu)));
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        var random = new Random(520);
        for (var i = 0; i < 20_000; i++)
        {
            var pdu = SamplePdus.Any(random);
            Assert.Equal(pdu, PduDecoder.Decode(PduEncoder.Encode(pdu)));
        }
    }

    [Fact]
    public async Task A_stream_is_cut_into_its_PDUs_however_it_arrives()
    {
        var random = new Random(521);
        for (var i = 0; i < 200; i++)
        {
            var pdus = Enumerable.Range(0, random.Next(1, 8)).Select(_ => SamplePdus.Any(random)).ToList();
            var pipe = new Pipe();
            var writing = WriteInPiecesAsync(pipe.Writer, [.. pdus.SelectMany(PduEncoder.Encode)], random);
            var reader = new PduReader(pipe.Reader);
            var read = new List<Pdu>();
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } pdu)
            {
                read.Add(pdu);
            }

            await writing;
            Assert.Equal(pdus, read);
        }
    }

    [Theory]
    [InlineData("0000000f0000001500000000000000")]
    [InlineData("00000000")]
    [InlineData("48545450")] // HTTP
    [InlineData("7fffffff")]
    public async Task A_length_that_no_PDU_has_ends_the_stream_before_anything_is_held(string hex)
    {
        var reader = new PduReader(PipeReader.Create(new ReadOnlySequence<byte>(Convert.FromHexString(hex))));
        await Assert.ThrowsAsync<SmppProtocolException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("0000001300000005000000000000000100" + "0102", CommandStatus.InvMsgLen)] // ends in the source
    [InlineData("0000002900000005000000000000000100000031000000320000000000000000080009041fd83dde00", CommandStatus.InvMsgLen)] // sm_length is too long
    [InlineData("0000002a0000000500000000000000010000003100000032000000000000000008000604" + "1fd83dde0042", CommandStatus.InvTlvStream)]
    public void A_message_that_lacks_what_it_should_hold_says_why(string hex, object why) =>
        Assert.Equal(new PduBody.Broken((CommandStatus)why), PduDecoder.Decode(Convert.FromHexString(hex)).Body);

    [Fact]
    public void An_answer_is_read_generously()
    {
        foreach (var hex in (string[])["00000012800000040000000000000001" + "4131", "00000015800000040000000000000001" + "4131000424"])
        {
            Assert.Equal("A1", Assert.IsType<PduBody.MessageAnswer>(PduDecoder.Decode(Convert.FromHexString(hex)).Body).MessageId);
        }
    }

    [Fact]
    public async Task Mutated_streams_do_no_harm()
    {
        var random = new Random(522);
        var before = GC.GetTotalAllocatedBytes();
        const int Rounds = 60_000;
        for (var i = 0; i < Rounds; i++)
        {
            var sample = i % 2 == 0
                ? Convert.FromHexString(SamplePdus.Golden[random.Next(SamplePdus.Golden.Count)].Hex)
                : PduEncoder.Encode(SamplePdus.Any(random));
            await ReadAllAsync(Mutate(sample, random));
        }

        Assert.InRange((GC.GetTotalAllocatedBytes() - before) / Rounds, 0, 60_000);
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(8), bytes.Count - at)); break;
                default: bytes[random.Next(Math.Min(4, bytes.Count))] = (byte)random.Next(256); break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }

    private static async Task ReadAllAsync(byte[] bytes)
    {
        var reader = new PduReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)));
        try
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } pdu)
            {
                if (pdu.Body is PduBody.Message message)
                {
                    _ = Receipt.TryRead(message);
                    _ = IncomingMessage.Read(message, SmppAlphabet.Gsm);
                }
            }
        }
        catch (SmppProtocolException)
        {
            // The documented exception.
        }
    }

    private static async Task WriteInPiecesAsync(PipeWriter writer, byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var piece = Math.Min(random.Next(1, 200), bytes.Length - at);
            await writer.WriteAsync(bytes.AsMemory(at, piece), TestContext.Current.CancellationToken);
            at += piece;
        }

        await writer.CompleteAsync();
    }
}
