using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugins.Tests.Sms.Kannel;
using Bridge.Plugins.Tests.Sms.Smpp;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Ways;

public sealed class WayTests
{
    [Fact]
    public async Task What_comes_in_by_each_way_is_heard_once()
    {
        await using var sms = await RunningWays.StartAsync();
        sms.Centre.Bring(SmscDouble.From("4915112345678", Encoding.ASCII.GetBytes("One")));
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        var answer = await KannelCalls.Call(sms.Endpoint, "/message", $"secret={RunningSms.Secret}&id=7&from=%2B4915112345678&to=1234&text=Two");
        Assert.Equal(200, answer.Status);
        Assert.Matches("^kannel-[0-9a-f]{16}/7$", sms.Heard[1].NativeId!.Value.Value); // what another way calls 7 is another message
        Assert.Equal(["One", "Two"], sms.Heard.Select(heard => heard.Event).OfType<MessagePosted>().Select(TextOf));
    }

    [Fact]
    public async Task The_parts_of_a_message_may_come_by_different_ways()
    {
        await using var sms = await RunningWays.StartAsync();
        sms.Centre.Bring(SmscDouble.From("4915112345678", [5, 0, 3, 9, 2, 1, .. Encoding.ASCII.GetBytes("Hello ")], esmClass: 0x40));
        await sms.UntilAsync(() => sms.Memory.State.Count > 0);
        await KannelCalls.Call(
            sms.Endpoint, "/message", $"secret={RunningSms.Secret}&id=7&from=%2B4915112345678&to=%2B4915100000000&udh=%05%00%03%09%02%02&text=world");
        Assert.Equal("Hello world", TextOf((MessagePosted)Assert.Single(sms.Heard).Event));
    }

    [Fact]
    public async Task A_call_that_no_way_knows_is_answered_with_404_and_counted()
    {
        await using var sms = await RunningWays.StartAsync();
        Assert.Equal(404, (await KannelCalls.Call(sms.Endpoint, "/message", "from=1&text=x")).Status);
        Assert.StartsWith("a call that bears the marks of no way", Assert.Single(sms.Memory.Dropped).Key, StringComparison.Ordinal);
        Assert.Equal(403, (await KannelCalls.Call(sms.Endpoint, "/message", "secret=wrong&from=1&text=x")).Status);
    }

    [Fact]
    public async Task The_reports_of_each_way_reach_their_delivery_also_in_another_order_of_the_ways()
    {
        await using var sms = await RunningWays.StartAsync();
        var (one, two) = (sms.Of("One"), sms.Of("Two"));
        await sms.Send(one);
        sms.Centre.Answer(CommandStatus.SysErr);
        await sms.Send(two);
        await sms.RestartAsync(options => options with { Drivers = [options.Drivers[1], options.Drivers[0]] });
        sms.Centre.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count == 1);
        await KannelCalls.Report(sms.Endpoint, Assert.Single(sms.Kannel.All), 1);
        Assert.Equal(
            [(one.Key, DeliveryOutcome.Delivered), (two.Key, DeliveryOutcome.Delivered)], sms.Reported.Select(report => (report.Key, report.Outcome)));
    }

    [Fact]
    public async Task Two_ways_may_give_their_messages_the_same_names()
    {
        await using var other = SmscDouble.Start();
        await using var sms = await RunningWays.StartAsync(
            options => options with { Drivers = [options.Drivers[0], RunningSmpp.OptionsFor(other.Url).Driver!] });
        var (one, two) = (sms.Of("One"), sms.Of("Two"));
        await sms.Send(one);
        sms.Centre.Answer(CommandStatus.SysErr);
        await sms.Send(two);
        other.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count == 1);
        sms.Centre.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count == 2);
        Assert.Equal([two.Key, one.Key], sms.Reported.Select(report => report.Key));
        Assert.Empty(sms.Memory.State);

        other.Close();
        await sms.UntilAsync(() => sms.Impairment is not null);
        Assert.StartsWith("1 of 2 ways is away: smpp (2) (", sms.Impairment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_has_the_sender_that_is_written_for_it()
    {
        await using var sms = await RunningWays.StartAsync(options => options with
        {
            Sender = "+4915100000000", Drivers = [options.Drivers[0], options.Drivers[1] with { Sender = "ACME" }],
        });
        await sms.Send(sms.Of("One"));
        sms.Centre.Answer(CommandStatus.SysErr);
        await sms.Send(sms.Of("Two"));
        Assert.Equal("4915100000000", Assert.Single(sms.Centre.All).Source.Value);
        Assert.Equal("ACME", Assert.Single(sms.Kannel.All).From);
    }

    [Fact]
    public async Task What_it_costs_is_what_it_costs_by_the_dearest_way()
    {
        await using var sms = await RunningWays.StartAsync(options => options with
        {
            Drivers = [options.Drivers[1], options.Drivers[0] with { Alphabet = SmppAlphabet.Latin1 }],
        });
        Assert.Equal(2, sms.Endpoint.UnitsOf(sms.Of(new string('Δ', 100)))); // which the GSM alphabet has, and latin1 has not
        Assert.IsType<ResendClass.Unsafe>(sms.Endpoint.CapabilitiesOf(new Address(new EndpointId("sms"), "1")).Resend);
    }

    [Fact]
    public async Task A_probe_tells_of_every_way()
    {
        await using var sms = await RunningWays.StartAsync();
        var works = Assert.IsType<ProbeResult.Works>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Equal("smpp: the SMS centre accepts the bind; kannel: Kannel knows the user, and has a connection to the network", works.Found);
        await sms.LoseCentreAsync();
        var fails = Assert.IsType<ProbeResult.Fails>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.EndsWith("; kannel: Kannel knows the user, and has a connection to the network", fails.Why, StringComparison.Ordinal);
    }

    private static string TextOf(MessagePosted message) => ((TextPart)message.Parts[0]).Text.Value;
}
