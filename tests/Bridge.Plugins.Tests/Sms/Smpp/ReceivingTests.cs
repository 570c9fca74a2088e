using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class ReceivingTests
{
    [Theory]
    [InlineData(0, "68690000", null, "hi@@")]
    [InlineData(0, "201b65", null, " €")]
    [InlineData(0, "e974e9", SmppAlphabet.Latin1, "été")]
    [InlineData(1, "6869", null, "hi")]
    [InlineData(3, "e974e9", null, "été")]
    [InlineData(6, "bfe0d8d2d5e2", null, "Привет")]
    [InlineData(8, "041fd83dde00", null, "П😀")]
    [InlineData(0x18, "041f", null, "П")]
    [InlineData(0xf0, "1b65", null, "€")]
    public async Task What_comes_is_heard_in_its_own_coding(int coding, string hex, SmppAlphabet? alphabet, string text)
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Alphabet = alphabet });
        sms.Centre.Bring(SmscDouble.From("4915100000012", Convert.FromHexString(hex), (byte)coding));
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        var heard = Assert.Single(sms.Heard);
        Assert.Equal(("+4915100000012", "+4915100000012", text), (heard.Address.Rest, heard.Sender!.Value, TextOf(heard)));
    }

    [Fact]
    public async Task Parts_are_joined_however_they_are_marked_out_of_order_with_repeats_and_over_a_restart()
    {
        await using var sms = await RunningSmpp.StartAsync();
        void Headed(int number, string hex) => sms.Centre.Bring(SmscDouble.From("4915100000012", Convert.FromHexString($"0500032a030{number}{hex}"), 8, 0x40));
        void Fielded(int number, string hex) => sms.Centre.Bring(SmscDouble.From("4915100000013", Convert.FromHexString(hex), 8, 0,
            Tlv.Of(TlvTag.SarMsgRefNum, 0, 7), Tlv.Of(TlvTag.SarTotalSegments, 2), Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)number)));
        Headed(3, "041f");
        Headed(1, "0440d83d");
        Fielded(2, "de00");
        await sms.UntilAsync(() => sms.Memory.State.Count == 3);
        await sms.RestartAsync();
        Headed(1, "0440d83d");
        Headed(2, "de00");
        Fielded(1, "d83d");
        await sms.UntilAsync(() => sms.Heard.Count == 2);
        Assert.Equal(["р😀П", "😀"], sms.Heard.Select(TextOf));
    }

    [Fact]
    public async Task A_long_message_may_stand_in_one_field_and_come_as_data()
    {
        await using var sms = await RunningSmpp.StartAsync();
        var text = new string('я', 3000);
        var payload = new Tlv(TlvTag.MessagePayload, new Payload(System.Text.Encoding.BigEndianUnicode.GetBytes(text)));
        sms.Centre.Bring(SmscDouble.From("4915100000012", [], 8, 0, payload));
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        var message = SmscDouble.From("4915100000012", [], 8, 0, payload);
        Assert.Equal(CommandStatus.Ok, await sms.Centre.Bound[0].AskAsync(CommandId.DataSm, message));
        Assert.Equal([text, text], sms.Heard.Select(TextOf));
    }

    [Theory]
    [InlineData(1, "4915100000012", "+4915100000012")]
    [InlineData(2, "015100000012", "+4915100000012")]
    [InlineData(0, "4915100000012", "+4915100000012")]
    [InlineData(0, "12345", "12345")]
    [InlineData(5, "ACME", "ACME")]
    [InlineData(0, "", "unknown")]
    public async Task A_sender_is_one_person_however_his_number_is_typed(int ton, string number, string rest)
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Bring(SmscDouble.From(number, "x"u8.ToArray()) with { Source = new SmppAddress((byte)ton, 1, number) });
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        Assert.Equal(rest, sms.Heard[0].Address.Rest);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_sent_back_and_the_session_goes_on()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        var session = sms.Centre.Bound[0];
        Assert.Equal(CommandStatus.TemporaryAppError, await session.AskAsync(CommandId.DeliverSm, SmscDouble.From("4915100000012", "x"u8.ToArray())));
        Assert.Equal(1, sms.Memory.Dropped.Values.Sum());
        sms.Memory.BeforeCommit = null;
        Assert.Equal(CommandStatus.Ok, await session.AskAsync(CommandId.DeliverSm, SmscDouble.From("4915100000012", "x"u8.ToArray())));
        Assert.Single(sms.Heard);
        Assert.Empty(sms.Failures);
    }

    [Fact]
    public async Task It_is_answered_when_it_is_stored_and_not_before_and_too_many_at_a_time_are_sent_back()
    {
        await using var sms = await RunningSmpp.StartAsync();
        var store = new TaskCompletionSource();
        sms.Memory.BeforeCommit = _ => store.Task;
        var session = sms.Centre.Bound[0];
        var asked = Enumerable.Range(0, 101).Select(i => session.AskAsync(CommandId.DeliverSm, SmscDouble.From("4915100000012", "x"u8.ToArray()))).ToList();
        Assert.Equal(CommandStatus.Throttled, await asked[100]);
        Assert.Equal(CommandStatus.Ok, await session.AskAsync(CommandId.EnquireLink));
        Assert.All(asked[..100], answer => Assert.False(answer.IsCompleted));
        store.SetResult();
        Assert.All(await Task.WhenAll(asked[..100]), status => Assert.Equal(CommandStatus.Ok, status));
        Assert.Equal(100, sms.Heard.Count);
    }

    [Fact]
    public async Task Octets_are_data()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Bring(SmscDouble.From("4915100000012", Convert.FromHexString("060504158200000102ff"), 4, 0x40));
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        var data = Assert.IsType<DataReported>(sms.Heard[0].Event);
        Assert.Equal([1, 2, 255], data.Payload.Bytes.ToArray());
        Assert.Equal([new Property("port", "5506"), new Property("source_port", "0")], data.Properties);
    }

    private static string TextOf(Inbound inbound) => ((TextPart)Assert.IsType<MessagePosted>(inbound.Event).Parts[0]).Text.Value;
}
