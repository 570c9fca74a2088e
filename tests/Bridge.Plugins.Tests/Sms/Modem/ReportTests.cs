using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec.Transfer;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Modem;

public sealed class ReportTests
{
    [Theory]
    [InlineData("2,1,0,1,0")]
    [InlineData("2,1,0,2,0")]
    [InlineData("1,1,0,1,0")]
    public async Task A_report_says_what_became_of_a_message(string announcement)
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.Knows = parameters => parameters == announcement);
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.UntilAsync(() => sms.Reported.Count > 0 && sms.Memory.State.IsEmpty && sms.Modem.Stored == 0);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
    }

    [Theory]
    [InlineData(0x46, "the network could not deliver it (the time to deliver it is over, status 0x46)")]
    [InlineData(0x7f, "the network could not deliver it (status 0x7f)")]
    public async Task A_report_says_why_not(int status, string why)
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Network.StatusOf = _ => (byte)status;
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Failed, Why: why), sms.Reported[0]);
    }

    [Fact]
    public async Task A_long_message_is_delivered_when_all_of_its_parts_are()
    {
        await using var sms = await RunningModem.StartAsync();
        var outbound = sms.Of(new string('я', 150));
        await sms.Send(outbound);
        await sms.UntilAsync(() => sms.Reported.Count > 0 && sms.Memory.State.IsEmpty);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
    }

    [Fact]
    public async Task As_long_as_the_network_tries_nothing_is_said_and_the_report_may_come_to_another_process()
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Network.StatusOf = _ => 0x21;
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        await sms.UntilAsync(() => sms.Memory.State.Count == 1);
        await sms.RestartAsync();
        Assert.Empty(sms.Reported);
        await sms.UntilAsync(() => sms.Modem.Commands.Count(command => command.StartsWith("AT+CNMI", StringComparison.Ordinal)) > 1);
        sms.Modem.Report(ReportTo("+4915100000077"));
        await sms.UntilAsync(() => sms.Memory.Dropped.Count > 0);
        Assert.Empty(sms.Reported);
        sms.Modem.Report(ReportTo(outbound.To.Rest));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), sms.Reported[0]);
    }

    [Theory]
    [InlineData("+4915112345678")]
    [InlineData("015112345678")]
    [InlineData("0004915112345678")]
    public async Task A_report_finds_its_message_however_the_network_writes_the_number(string number)
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Network.StatusOf = _ => null;
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        sms.Modem.Report(ReportTo(number));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(outbound.Key, sms.Reported[0].Key);
    }

    [Fact]
    public async Task A_modem_that_was_acknowledged_too_late_is_asked_for_reports_anew()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.IsImpatient = true);
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Modem.Commands.Count(command => command.StartsWith("AT+CNMI", StringComparison.Ordinal)) > 1);
        await sms.Send(sms.Of("y"));
        await sms.UntilAsync(() => sms.Reported.Count == 2);
    }

    [Fact]
    public async Task Without_reports_a_message_is_delivered_when_the_network_has_it()
    {
        await using var sms = await RunningModem.StartAsync(change: driver => driver with { Reports = false });
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x")));
        Assert.False(sms.Network.Taken[0].AsksForReport);
    }

    /// <summary>On the first message.</summary>
    private static string ReportTo(string number)
    {
        var at = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        var to = number[0] == '+' ? TpAddress.Of(number) : new TpAddress(0xa1, number);
        return TpduMirror.Write(new Tpdu.StatusReport(TpAddress.Of("+49171600000"), 1, to, 0), at, at);
    }
}
