using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;
using Bridge.Plugin.Sms.Sending;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Modem;

public sealed class SendingTests
{
    [Theory]
    [InlineData("Hello €[]{}~^|\\ @£Δ")]
    [InlineData("Привет 😀")]
    [InlineData("")]
    public async Task A_text_goes_out_as_it_was_written(string text)
    {
        await using var sms = await RunningModem.StartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text)));
        Assert.Equal(text, Assert.Single(sms.Network.Texts));
        var submit = sms.Network.Taken[0];
        Assert.Equal(("+4915112345678", true, null), (submit.To.Number, submit.AsksForReport, submit.Validity));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(20, 4)]
    public async Task A_national_alphabet_is_taken_where_it_saves_parts_and_what_it_costs_is_measured_so(int times, int parts)
    {
        await using var sms = await RunningModem.StartAsync(alphabets: [NationalAlphabet.Turkish]);
        var outbound = sms.Of(string.Concat(Enumerable.Repeat("Şu ığdır ağacı {güzel} ", times)));
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Equal([((TextPart)((MessagePosted)outbound.Content).Parts[0]).Text.Value], sms.Network.Texts);
        Assert.Equal((parts, parts), (sms.Network.Taken.Count, ((IMeasure)sms.Endpoint).UnitsOf(outbound)));
        Assert.All(sms.Network.Taken, submit => Assert.Equal(0, submit.Scheme));
    }

    [Fact]
    public async Task A_short_code_is_no_international_number()
    {
        await using var sms = await RunningModem.StartAsync();
        await sms.Send(sms.Of("x", "12345"));
        Assert.Equal((0x81, "12345"), (sms.Network.Taken[0].To.Type, sms.Network.Taken[0].To.Digits));
    }

    [Fact]
    public async Task An_expiry_is_told_to_the_network()
    {
        await using var sms = await RunningModem.StartAsync();
        await sms.Send(sms.Of("x") with { Expires = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(58) });
        Assert.Equal(TimeSpan.FromHours(1), ValidityPeriod.Of(sms.Network.Taken[0].Validity!.Value));
    }

    [Fact]
    public async Task A_long_text_goes_out_in_parts_and_arrives_whole_at_another_modem()
    {
        await using var sms = await RunningModem.StartAsync();
        var other = sms.Network.Add("+4915100000002");
        var text = string.Concat(Enumerable.Repeat("Ärger mit 😀 und Жуки. ", 12));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text, other.Number)));
        Assert.Equal(text, Assert.Single(sms.Network.Texts));
        Assert.Equal(sms.Network.Taken.Count, other.Stored);
        Assert.InRange(other.Stored, 2, 10);
    }

    [Theory]
    [InlineData("+CMS ERROR: 38", typeof(SendResult.Deferred))]
    [InlineData("+CMS ERROR: 331", typeof(SendResult.Deferred))]
    [InlineData("+CMS ERROR: 304", typeof(SendResult.Refused))]
    [InlineData("+CMS ERROR: 1", typeof(SendResult.Refused))]
    [InlineData("+CMS ERROR: 330", typeof(SendResult.Refused))]
    [InlineData("+CMS ERROR: 500", typeof(SendResult.Uncertain))]
    [InlineData("+CMS ERROR: 332", typeof(SendResult.Uncertain))]
    [InlineData("+CMS ERROR: 4711", typeof(SendResult.Deferred))]
    [InlineData("+CME ERROR: 30", typeof(SendResult.Deferred))]
    [InlineData("ERROR", typeof(SendResult.Deferred))]
    public async Task An_error_is_for_now_or_for_good_or_says_nothing(string error, Type result)
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Modem.Errors.Enqueue(error);
        Assert.IsType(result, await sms.Send(sms.Of("x")));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("y")));
        Assert.Equal(["y"], sms.Network.Texts);
    }

    [Fact]
    public async Task An_error_that_may_pass_or_not_does_not_hold_up_a_conversation_for_ever()
    {
        await using var sms = await RunningModem.StartAsync();
        var outbound = sms.Of("x");
        for (var i = 1; i <= FewTries.Most; i++)
        {
            sms.Modem.Errors.Enqueue("ERROR");
            Assert.IsType(i < FewTries.Most ? typeof(SendResult.Deferred) : typeof(SendResult.Refused), await sms.Send(outbound));
        }
    }

    [Fact]
    public async Task What_the_modem_says_in_between_is_no_answer()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.Interjection = "\r\n^RSSI: 17\r\n\r\nRING\r\n\r\n+CMTI: \"ME\",77\r\n");
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of($"n{i}")));
            sms.Network.Bring(sms.Modem, "+4915112345678", $"m{i}");
        }

        await sms.UntilAsync(() => sms.Heard.Count(heard => heard.Event is MessagePosted) == 5);
        Assert.Equal(5, sms.Network.Texts.Count);
    }

    [Fact]
    public async Task A_missed_call_says_nothing_of_the_message_that_is_under_way()
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Modem.Instead = _ =>
        {
            sms.Modem.Say("\r\nRING\r\n\r\nNO CARRIER\r\n");
            return false;
        };
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal(["x"], sms.Network.Texts);
    }

    [Fact]
    public async Task Nobody_knows_what_became_of_a_message_when_the_modem_is_unplugged_while_it_has_it()
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Modem.Instead = _ =>
        {
            sms.Modem.Unplug();
            return true;
        };
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("x")));
        await sms.UntilAsync(() => sms.Failures.Count > 0);
        Assert.All(sms.Failures, failure => Assert.IsType<IOException>(failure, exactMatch: false));
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("y")));
        var connections = sms.Connections;
        sms.Modem.Instead = _ => false;
        sms.Modem.Plug();
        await sms.UntilAsync(() => sms.Connections > connections);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("z")));
        Assert.Equal(["z"], sms.Network.Texts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_comes_too_late_is_taken_for_no_other_and_settles_what_it_is_about(bool reports)
    {
        var clock = new ManualClock();
        await using var sms = await RunningModem.StartAsync(change: driver => driver with { Reports = reports }, clock: clock);
        await sms.UntilAsync(() => clock.IsDueIn(TimeSpan.FromSeconds(30))); // it is asked nothing else, whose answer would say that no late one comes
        Tpdu.Submit? held = null;
        sms.Modem.Instead = submit => held is null && (held = submit) is not null;
        var late = sms.Of("late");
        var sending = sms.Send(late);
        await sms.UntilAsync(() => held is not null && clock.IsDueIn(TimeSpan.FromSeconds(20))); // the time for its answer runs
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.IsType<SendResult.Uncertain>(await sending);
        sms.Modem.Answer(held!);
        Assert.IsType(reports ? typeof(SendResult.Accepted) : typeof(SendResult.Delivered), await sms.Send(sms.Of("next")));
        await sms.UntilAsync(() => sms.Reported.Count == (reports ? 2 : 1));
        Assert.Contains(new DeliveryReported(late.Key, DeliveryOutcome.Delivered), sms.Reported);
    }

    [Fact]
    public async Task A_modem_without_a_network_is_given_nothing()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.Registration = 2);
        await sms.UntilAsync(() => sms.Impairments.LastOrDefault() is not null);
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        sms.Modem.Registration = 5;
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
    }

    [Fact]
    public async Task National_letters_are_counted_as_they_are_paid_for()
    {
        await using var sms = await RunningModem.StartAsync();
        Assert.Equal(2, ((IMeasure)sms.Endpoint).UnitsOf(sms.Of(new string('я', 71))));
        await sms.Send(sms.Of(new string('я', 71)));
        Assert.All(sms.Network.Taken, submit => Assert.Equal(TextCoding.Utf16, submit.Content.Coding));
    }
}
