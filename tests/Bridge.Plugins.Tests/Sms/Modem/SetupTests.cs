using System.Diagnostics;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Modem.Serial;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Modem;

public sealed class SetupTests
{
    public static TheoryData<string, Func<DriverOptions, DriverOptions>> Wrong { get; } = new()
    {
        { "driver.port", driver => driver with { Port = null } },
        { "driver.speed", driver => driver with { Speed = 12 } },
        { "driver.pin", driver => driver with { Pin = new Secret("12a4") } },
        { "driver.init", driver => driver with { Init = ["AT+X", "rm"] } },
        { "driver.init", driver => driver with { Init = ["AT\rAT"] } },
        { "driver.balance.code", driver => driver with { Balance = new() { Code = "*100#\"" } } },
        { "driver.balance.every", driver => driver with { Balance = new() { Code = "*100#", Every = TimeSpan.FromMinutes(1) } } },
        { "driver.balance.pattern", driver => driver with { Balance = new() { Code = "*100#", Pattern = "(" } } },
        { "driver.balance.pattern", driver => driver with { Balance = new() { Code = "*100#", Pattern = "(?<=a)b" } } },
        { "driver.url", driver => driver with { Url = new Uri("http://127.0.0.1/") } },
        { "driver.window", driver => driver with { Window = 4 } },
        {
            "driver.port",
            driver => driver with { Kind = DriverKind.Smpp, Url = new Uri("smpps://a"), Username = "a", Password = new Secret("b"), Pin = null, Init = [] }
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, Func<DriverOptions, DriverOptions> change)
    {
        var good = new DriverOptions
        {
            Kind = DriverKind.AtModem, Port = new FileInfo("/dev/ttyUSB0"), Pin = new Secret("1234"), Init = ["AT^CURC=0"],
        };
        Assert.Empty(Check(good));
        var problem = Assert.Single(Check(change(good)));
        Assert.Equal(option, problem.Option);
        Assert.NotEmpty(problem.Cure);
    }

    [Fact]
    public async Task Commands_of_its_own_are_given_to_the_modem_before_others()
    {
        await using var sms = await RunningModem.StartAsync(change: driver => driver with { Init = ["AT^CURC=0"] });
        Assert.InRange(sms.Modem.Commands.IndexOf("AT^CURC=0"), 0, sms.Modem.Commands.IndexOf("AT+CMGF=0"));
    }

    [Fact]
    public async Task A_command_that_the_modem_does_not_know_is_named()
    {
        await using var sms = await RunningModem.StartAsync(change: driver => driver with { Init = ["AT^CURC=0", "AT+NOSUCH"] });
        Assert.Contains("number 2 of driver.init", sms.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PIN_that_the_card_refused_is_never_tried_again()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.Pin = "1111", driver => driver with { Pin = new Secret("2222") });
        await sms.UntilAsync(() => sms.Failures.Count > 3);
        Assert.Equal(1, sms.Modem.Commands.Count(command => command.StartsWith("AT+CPIN=", StringComparison.Ordinal)));
        Assert.DoesNotContain("2222", string.Concat(sms.Failures), StringComparison.Ordinal);
        sms.Modem.Pin = null; // somebody put the card into a phone
        await sms.UntilAsync(() => sms.Connections > 0);
    }

    [Fact]
    public async Task A_PIN_that_the_card_did_not_look_at_is_tried_again()
    {
        await using var sms = await RunningModem.StartAsync(
            modem => (modem.Pin, modem.IsBusy) = ("1111", true), driver => driver with { Pin = new Secret("1111") });
        await sms.UntilAsync(() => sms.Connections > 0);
        Assert.Equal(2, sms.Modem.Commands.Count(command => command.StartsWith("AT+CPIN=", StringComparison.Ordinal)));
        Assert.Empty(sms.Memory.State);
    }

    [Fact]
    public async Task A_card_without_its_PIN_says_so()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.Pin = "1111");
        Assert.Contains("driver.pin", sms.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_modem_that_was_left_in_the_middle_of_a_message_is_brought_back()
    {
        await using var sms = await RunningModem.StartAsync();
        await sms.StopAsync();
        using (var port = SerialPort.Open(sms.Modem.Device.FullName, 115_200))
        {
            port.Write("AT+CMGS=20\r0011000D"u8);
            await sms.UntilAsync(() => sms.Modem.Commands.Contains("AT+CMGS=20"));
        }

        await sms.RestartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal(["x"], sms.Network.Texts);
    }

    [Fact]
    public async Task A_probe_says_what_it_found_and_leaves_a_modem_that_is_used_alone()
    {
        await using var sms = await RunningModem.StartAsync();
        Assert.IsType<ProbeResult.InUse>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        await sms.StopAsync();
        var found = Assert.IsType<ProbeResult.Works>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Equal("DOUBLE-1, registered, signal -77 dBm", found.Found);
        sms.Modem.Unplug();
        var failure = await Assert.ThrowsAsync<IOException>(async () => await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Contains("no such file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_device_says_is_cut_into_lines()
    {
        var random = new Random(542);
        for (var i = 0; i < 2_000; i++)
        {
            var octets = new byte[random.Next(400)];
            random.NextBytes(octets);
            foreach (var line in new AtLines().Take(octets))
            {
                Assert.NotEmpty(line);
                _ = (AtError.TryRead(line), new AtLine(line, null).Fields.Count, new AtLine(line, null).Number(1));
            }
        }

        Assert.Throws<IOException>(() => new AtLines().Take(Enumerable.Repeat((byte)'x', 10_000).ToArray()));
        Assert.Equal(["OK", ">", "+CMGS: 5"], new AtLines().Take("\r\nOK\r\n\r\n> \r\n+CMGS: 5\r\n"u8));
    }

    private static IEnumerable<OptionProblem> Check(DriverOptions driver) => ((IPlugin)new SmsPlugin()).Check(new SmsOptions { Driver = driver });

    [Fact]
    public async Task A_modem_is_let_go_although_another_program_was_started_meanwhile()
    {
        await using var sms = await RunningModem.StartAsync();
        using var other = Process.Start("sleep", "60");
        try
        {
            await sms.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
        finally
        {
            other.Kill();
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
