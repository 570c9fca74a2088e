using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class ReportTests
{
    [Theory]
    [InlineData("DELIVRD", "000", DeliveryOutcome.Delivered, null)]
    [InlineData("UNDELIV", "027", DeliveryOutcome.Failed, "the network could not deliver it (undeliv, 027)")]
    [InlineData("EXPIRED", "0", DeliveryOutcome.Failed, "the network could not deliver it (expired, 0)")]
    [InlineData("REJECTD", "canary words", DeliveryOutcome.Failed, "the network could not deliver it (rejectd, canary)")]
    public async Task What_became_of_a_message_is_read_from_the_text(string stat, string error, DeliveryOutcome outcome, string? why)
    {
        await using var sms = await RunningSmpp.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        sms.Centre.Bring(SmscDouble.Report("1", "ENROUTE"));
        sms.Centre.Bring(SmscDouble.Report("1", stat, error));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, outcome, Why: why), Assert.Single(sms.Heard).Event);
        Assert.Empty(sms.Memory.State);
    }

    [Fact]
    public async Task Fields_count_for_more_than_the_text()
    {
        await using var sms = await RunningSmpp.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        sms.Centre.Bring(SmscDouble.Report("77", "DELIVRD") with
        {
            Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, (byte)'1', 0), Tlv.Of(TlvTag.MessageState, 5), Tlv.Of(TlvTag.NetworkErrorCode, 3, 0, 27)],
        });
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(DeliveryOutcome.Failed, sms.Reported[0].Outcome);
    }

    [Theory]
    [InlineData("A0000001", "a0000001", SmppMessageIds.Same)]
    [InlineData("0000012345", "12345", SmppMessageIds.Same)]
    [InlineData("7B", "123", SmppMessageIds.HexInAnswers)]
    [InlineData("FFFFFFFFFFFFFFFFFF", "4722366482869645213695", SmppMessageIds.HexInAnswers)]
    [InlineData("123", "0000007B", SmppMessageIds.HexInReports)]
    [InlineData("3d9f1c60-1111", "3D9F1C60-1111", SmppMessageIds.HexInReports)]
    public async Task A_report_finds_its_message_however_its_id_is_written(string inAnswer, string inReport, SmppMessageIds ids)
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { MessageIds = ids });
        sms.Centre.IdOf = _ => inAnswer;
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        sms.Centre.Bring(SmscDouble.Report(inReport));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(outbound.Key, sms.Reported[0].Key);
    }

    [Fact]
    public async Task A_report_may_come_before_the_answer()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Instead = async (session, submit) =>
        {
            _ = session.AskAsync(CommandId.DeliverSm, SmscDouble.Report("1"));
            await sms.Centre.TakeAsync(session, submit);
            return true;
        };
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(outbound.Key, sms.Reported[0].Key);
    }

    [Fact]
    public async Task A_report_may_come_days_later_to_another_process()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(clock: clock);
        var outbound = sms.Of(new string('я', 100));
        await sms.Send(outbound);
        await sms.UntilAsync(() => sms.Memory.State.Count == 2);
        clock.Advance(TimeSpan.FromDays(6));
        await sms.RestartAsync();
        sms.Centre.Bring(SmscDouble.Report("2"));
        sms.Centre.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
        Assert.Empty(sms.Memory.State);
    }

    [Fact]
    public async Task A_report_that_is_not_ours_is_answered_and_counted()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Bring(SmscDouble.Report("4711"));
        sms.Centre.Bring(SmscDouble.From("4915100000012", "next"u8.ToArray()));
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        Assert.IsType<MessagePosted>(Assert.Single(sms.Heard).Event);
        Assert.Equal(1, sms.Memory.Dropped.Values.Sum());
    }

    [Fact]
    public async Task A_part_nobody_reports_on_is_forgotten_after_two_weeks()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(clock: clock);
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => !sms.Memory.State.IsEmpty);
        clock.Advance(TimeSpan.FromDays(15));
        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Memory.State.IsEmpty);
    }

    [Theory]
    [InlineData("id:A1 sub:001 dlvrd:001 submit date:2611221016 done date:2611221017 stat:DELIVRD err:000 text:id:9 stat:UNDELIV", "A1", MessageState.Delivered)]
    [InlineData("ID: A1 STAT: delivrd", "A1", MessageState.Delivered)]
    [InlineData("stat:UNDELIVERABLE err:1 id:A1", "A1", MessageState.Failed)]
    [InlineData("id:A1 stat:ACCEPTD", "A1", MessageState.OnItsWay)]
    [InlineData("id:A1", "A1", MessageState.OnItsWay)]
    [InlineData("", null, MessageState.OnItsWay)]
    public void Texts_of_reports_are_read_by_their_keys(string text, string? id, object state)
    {
        var receipt = Receipt.TryRead(new PduBody.Message { EsmClass = 4, Content = new Payload(Encoding.Latin1.GetBytes(text)) });
        Assert.Equal((id, (MessageState)state), (receipt!.IdInText, receipt.State));
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x04, true)]
    [InlineData(0x05, true)]
    [InlineData(0x44, true)]
    [InlineData(0x20, true)]
    [InlineData(0x08, false)]
    [InlineData(0x40, false)]
    public void A_report_is_told_from_a_message_by_its_type(int esmClass, bool isReport) =>
        Assert.Equal(isReport, Receipt.TryRead(new PduBody.Message { EsmClass = (byte)esmClass, Content = new Payload("x"u8.ToArray()) }) is not null);
}
