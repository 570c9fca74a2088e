using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class SendingTests
{
    [Theory]
    [InlineData(0, "Grüße für 5 €")]
    [InlineData(8, "Привет 😀")]
    public async Task A_short_text_is_one_submit_sm_in_the_coding_it_needs(int coding, string text)
    {
        await using var sms = await RunningSmpp.StartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text)));
        var taken = Assert.Single(sms.Centre.All);
        Assert.Equal((new SmppAddress(1, 1, "4915100000000"), new SmppAddress(1, 1, "4915112345678")), (taken.Source, taken.Destination));
        Assert.Equal((coding, 0, 1), (taken.DataCoding, taken.EsmClass, taken.RegisteredDelivery));
        Assert.Equal(text, Assert.Single(sms.Centre.Messages));
    }

    [Theory]
    [InlineData("A", 400, 3)]
    [InlineData("€", 200, 3)]
    [InlineData("я", 150, 3)]
    [InlineData("👨‍👩‍👧‍👦", 14, 3)]
    public async Task A_long_text_arrives_whole_in_parts_with_headers(string piece, int times, int parts)
    {
        await using var sms = await RunningSmpp.StartAsync();
        var text = string.Concat(Enumerable.Repeat(piece, times));
        await sms.Send(sms.Of(text));
        Assert.Equal(text, Assert.Single(sms.Centre.Messages));
        Assert.Equal(parts, sms.Centre.All.Count);
        Assert.All(sms.Centre.All, part => Assert.Equal((0x40, 1), (part.EsmClass, part.RegisteredDelivery)));
    }

    [Fact]
    public async Task A_national_alphabet_is_named_before_the_text_also_where_fields_say_which_part_it_is()
    {
        await using var sms = await RunningSmpp.StartAsync(
            driver => driver with { LongMessages = SmppLongMessages.Sar }, alphabets: [NationalAlphabet.Portuguese]);
        var text = string.Concat(Enumerable.Repeat("Não há questões, só atenção à mão! ", 12));
        await sms.Send(sms.Of(text));
        Assert.Equal(text, string.Concat(sms.Centre.Parts.Select(part => part.Text)));
        Assert.Equal(3, sms.Centre.All.Count); // seven in UTF-16
        Assert.All(sms.Centre.All, part => Assert.Equal([4 - 1, 0x25, 1, 3], part.Content.Bytes.ToArray()[..4]));
        Assert.All(sms.Centre.All, part => Assert.NotNull(part.Find(TlvTag.SarMsgRefNum)));
        await sms.Send(sms.Of("plain"));
        Assert.Equal(0, sms.Centre.All[^1].EsmClass);
    }

    [Fact]
    public async Task Parts_can_be_marked_by_fields_instead()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { LongMessages = SmppLongMessages.Sar });
        await sms.Send(sms.Of(new string('A', 200)));
        Assert.Equal([1, 2], sms.Centre.All.Select(part => part.Find(TlvTag.SarSegmentSeqnum)!.Number!.Value));
        Assert.All(sms.Centre.All, part => Assert.Equal(2, part.Find(TlvTag.SarTotalSegments)!.Number));
        Assert.Equal(2, sms.Centre.All[0].Find(TlvTag.SarMsgRefNum)!.Value.Bytes.Length);
        Assert.All(sms.Centre.All, part => Assert.Equal(0, part.EsmClass));
    }

    [Fact]
    public async Task Where_the_alphabet_is_Latin_1_what_it_lacks_goes_as_UTF_16()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Alphabet = SmppAlphabet.Latin1 });
        await sms.Send(sms.Of("Grüße"));
        await sms.Send(sms.Of("5 €"));
        Assert.Equal((0, 8), (sms.Centre.All[0].DataCoding, sms.Centre.All[1].DataCoding));
        Assert.Equal([0x47, 0x72, 0xfc, 0xdf, 0x65], sms.Centre.All[0].Content.Bytes.ToArray());
    }

    [Theory]
    [InlineData("+4915100000000", null, 1, 1, "4915100000000")]
    [InlineData("12345", null, 3, 0, "12345")]
    [InlineData("ACME", null, 5, 0, "ACME")]
    [InlineData("12345", "0/1", 0, 1, "12345")]
    public async Task A_sender_has_its_type_unless_another_is_written(string sender, string? type, int ton, int npi, string written)
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { SenderType = type }, sender: sender);
        await sms.Send(sms.Of("x"));
        Assert.Equal(new SmppAddress((byte)ton, (byte)npi, written), Assert.Single(sms.Centre.All).Source);
    }

    [Theory]
    [InlineData(0x0b, "Refused")]
    [InlineData(0x0a, "Refused")]
    [InlineData(0x33, "Refused")]
    [InlineData(0x08, "Deferred")]
    [InlineData(0x45, "Deferred")]
    [InlineData(0x04, "Deferred")]
    [InlineData(0x58, "Deferred")]
    [InlineData(0x14, "Deferred")]
    [InlineData(0x410, "Deferred")]
    public async Task Each_status_means_what_it_says_for_the_message(int status, string result)
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Answer((CommandStatus)status);
        Assert.Equal(result, (await sms.Send(sms.Of("x"))).GetType().Name);
        Assert.Empty(sms.Memory.State);
    }

    [Fact]
    public async Task What_fails_for_a_reason_that_does_not_pass_is_refused_in_the_end()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Answer(CommandStatus.SysErr, times: 5);
        var outbound = sms.Of("x");
        for (var i = 0; i < 4; i++)
        {
            Assert.IsType<SendResult.Deferred>(await sms.Send(outbound));
        }

        Assert.Contains("5 times", Assert.IsType<SendResult.Refused>(await sms.Send(outbound)).Why, StringComparison.Ordinal);
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
    }

    [Fact]
    public async Task A_centre_that_has_enough_is_left_alone_for_longer_and_longer()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(clock: clock);
        sms.Centre.Answer(CommandStatus.Throttled, times: 3);
        foreach (var seconds in (int[])[1, 2, 4])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x"))).After);
            Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("another"))).After);
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Single(sms.Centre.All);
    }

    [Fact]
    public async Task What_was_on_its_way_when_the_connection_ended_is_uncertain_and_what_comes_then_waits()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Instead = (_, submit) =>
        {
            sms.Centre.Take((PduBody.Message)submit.Body);
            sms.Centre.Close();
            return Task.FromResult(true);
        };
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("x")));
        await sms.UntilAsync(() => sms.Failures.Count > 1);
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("y")));
        sms.Centre.Instead = null;
        sms.Centre.Open();
        await sms.UntilAsync(() => sms.Connections > 1);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("y")));
        Assert.Equal(["x", "y"], sms.Centre.Messages);
    }

    [Fact]
    public async Task Without_an_answer_in_time_the_outcome_is_unclear_and_a_report_settles_it()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(clock: clock);
        var outbound = sms.Of("x");
        var (session, submit) = await UnansweredAsync(sms, clock, outbound);
        await sms.Centre.TakeAsync(session, submit);
        sms.Centre.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), sms.Reported[0]);
    }

    [Fact]
    public async Task A_late_refusal_settles_what_was_unclear()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(clock: clock);
        var outbound = sms.Of("x");
        var (session, submit) = await UnansweredAsync(sms, clock, outbound);
        await session.SendAsync(submit.Answer(CommandStatus.InvDstAdr));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal((outbound.Key, DeliveryOutcome.Failed), (sms.Reported[0].Key, sms.Reported[0].Outcome));
    }

    [Fact]
    public async Task No_more_are_on_their_way_than_the_window_holds()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Window = 2 }, clock);
        List<(SmscSession Session, Pdu Submit)> held = [];
        sms.Centre.Instead = (session, submit) =>
        {
            lock (held)
            {
                held.Add((session, submit));
            }

            return Task.FromResult(true);
        };
        var sends = Enumerable.Range(0, 3).Select(i => sms.Send(sms.Of($"n{i}", to: $"+491511234567{i}"))).ToList();
        await sms.UntilAsync(() => held.Count == 2);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.IsType<SendResult.Deferred>(await sends[2]);
        Assert.Equal(2, held.Count);
        foreach (var (session, submit) in held)
        {
            await sms.Centre.TakeAsync(session, submit);
        }

        Assert.All(await Task.WhenAll(sends[..2]), result => Assert.IsType<SendResult.Accepted>(result));
    }

    [Fact]
    public async Task What_is_not_answered_keeps_its_place_in_the_window_until_the_session_is_given_up()
    {
        var clock = new ManualClock();
        var silence = TimeSpan.FromSeconds(25); // that nothing else waits for
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Window = 1, KeepAlive = silence }, clock);
        await UnansweredAsync(sms, clock, sms.Of("x"));
        sms.Centre.Instead = null;
        var waiting = sms.Send(sms.Of("y"));
        await sms.UntilAsync(() => clock.IsDueIn(TimeSpan.FromSeconds(4)));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.IsType<SendResult.Deferred>(await waiting);
        clock.Advance(TimeSpan.FromSeconds(6)); // so much silence that it is asked whether it is there
        await sms.UntilAsync(() => sms.Centre.Enquiries == 1 && clock.IsDueIn(silence));
        clock.Advance(silence);
        await sms.UntilAsync(() => sms.Centre.Enquiries == 2 && clock.IsDueIn(silence));
        clock.Advance(silence);
        await sms.UntilAsync(() => sms.Connections > 1);
        Assert.Contains("does not answer the messages", Assert.Single(sms.Failures).Message, StringComparison.Ordinal);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("y")));
        Assert.Equal(["y"], sms.Centre.Messages);
    }

    [Fact]
    public async Task What_is_out_is_not_sent_again_when_the_rest_had_to_wait_even_by_another_process()
    {
        await using var sms = await RunningSmpp.StartAsync();
        var text = new string('A', 400);
        sms.Centre.Answer(CommandStatus.Throttled, times: 1, after: 1);
        var outbound = sms.Of(text);
        Assert.IsType<SendResult.Deferred>(await sms.Send(outbound));
        Assert.Single(sms.Centre.All);
        await sms.RestartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Equal(text, Assert.Single(sms.Centre.Messages));
    }

    [Fact]
    public async Task An_end_of_use_is_the_validity_period()
    {
        await using var sms = await RunningSmpp.StartAsync();
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(3);
        await sms.Send(sms.Of("x") with { Expires = end });
        Assert.Equal(end.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture) + "000+", Assert.Single(sms.Centre.All).ValidityPeriod);
    }

    [Fact]
    public async Task Without_reports_a_late_answer_settles_what_was_unclear()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Reports = false }, clock);
        var outbound = sms.Of("x");
        var (session, submit) = await UnansweredAsync(sms, clock, outbound);
        await sms.Centre.TakeAsync(session, submit);
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), sms.Reported[0]);
    }

    [Fact]
    public async Task Without_reports_what_the_centre_takes_is_delivered()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Reports = false });
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x")));
        Assert.Equal(0, Assert.Single(sms.Centre.All).RegisteredDelivery);
        Assert.Empty(sms.Memory.State);
    }

    /// <summary>It arrives, is not answered in time, and its outcome is unclear.</summary>
    private static async Task<(SmscSession Session, Pdu Submit)> UnansweredAsync(RunningSmpp sms, ManualClock clock, Outbound outbound)
    {
        var arrived = new TaskCompletionSource<(SmscSession Session, Pdu Submit)>();
        sms.Centre.Instead = (session, submit) => Task.FromResult(arrived.TrySetResult((session, submit)));
        var sending = sms.Send(outbound);
        var submitted = await arrived.Task;
        await sms.UntilAsync(() => clock.IsDueIn(TimeSpan.FromSeconds(15))); // the time for its answer runs
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.IsType<SendResult.Uncertain>(await sending);
        return submitted;
    }
}
