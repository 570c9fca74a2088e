using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Testing.Sms;
using Bridge.Testing.Sms.Modem;
using Bridge.Testing.Sms.Smpp;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>A network that throttles, hangs up and goes away, under the real process. What it means for a driver is tested at the plugin.</summary>
public sealed class SmsTroubleTests
{
    [Fact]
    public async Task An_SMS_centre_that_throttles_hangs_up_and_unbinds_gets_each_alert_once()
    {
        await using var centre = SmscDouble.Start();
        centre.Answer(CommandStatus.Throttled, times: 2);
        await using var house = await SmsHouse.StartAsync(DriverAt(centre));
        await house.SayAsync("one");
        await house.UntilAsync(1, "sent");
        centre.Drop();
        await house.SayAsync("two");
        await house.UntilAsync(2, "sent");
        await centre.Bound[0].AskAsync(CommandId.Unbind);
        await house.SayAsync("three");
        await house.UntilAsync(3, "sent");
        Assert.Equal(["one", "two", "three"], centre.Messages);
    }

    [Fact]
    public async Task A_rate_counts_parts_and_not_messages()
    {
        await using var centre = SmscDouble.Start();
        var began = new List<long>();
        centre.OnPassage = passage =>
        {
            if (passage is { Moment: SmsMoment.Taken, Part.Sequence: 1 })
            {
                began.Add(TimeProvider.System.GetTimestamp()); // one lane: one after another
            }

            return true;
        };
        await using var house = await SmsHouse.StartAsync(DriverAt(centre), ", limits: { rate: 4/s }");
        await house.SayAsync("the first takes longer to leave than others");
        await house.UntilAsync(1, "sent");
        var fourParts = new string('x', 500);
        foreach (var number in Enumerable.Range(1, 3))
        {
            await house.SayAsync(fourParts + number);
        }

        await house.UntilAsync(4, "sent");
        Assert.Equal(13, centre.All.Count);

        // Two seconds, less what the first of the three took to get there. As messages they would all go at once.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began[1], began[3]), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_modem_that_is_unplugged_in_mid_send_leaves_that_alert_uncertain_and_sends_the_next_when_it_is_back()
    {
        using var network = new ModemNetwork();
        var modem = network.Add("+4915100000000");
        modem.Instead = _ =>
        {
            modem.Unplug();
            return true;
        };
        await using var house = await SmsHouse.StartAsync($"kind: at-modem, port: {modem.Device.FullName}");
        await house.SayAsync("one");
        await house.UntilAsync(1, "uncertain");
        await house.SayAsync("two");
        modem.Instead = _ => false;
        modem.Plug();
        await house.UntilAsync(2, "delivered");
        Assert.Equal(["two"], network.Texts);
        await house.UntilAsync(1, "uncertain");
    }

    private static string DriverAt(SmscDouble centre) => $"kind: smpp, url: \"{centre.Url}\", username: bridge, password: {SmscDouble.Password}";
}
