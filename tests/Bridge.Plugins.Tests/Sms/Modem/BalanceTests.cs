using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Modem;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Modem;

public sealed class BalanceTests
{
    private const string Code = "*100#";
    private const string Words = "Your balance is 12,34 EUR";
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(30);

    /// <summary>As the makers' modems write one answer.</summary>
    public static TheoryData<string> Spellings { get; } =
    [
        $"0,\"{Words}\",15",
        $"0,\"{Words}\"",
        $"2,\"{Words}\",0",
        $"1,\"{Words}\n1 Top up\r\n2 More\",15",
        $"0, \"Hello\r\nOK\r\n{Words}\r\n\", 15",
        $"0,\"{Convert.ToHexString(Utf16.Encode(Words))}\",72",
        $"0,\"{Convert.ToHexString(Utf16.Encode(Words))}\",15",
        $"0,\"{Convert.ToHexString(Encoding.ASCII.GetBytes(Words))}\",15",
        $"0,\"{UssdText.Pack(Words)}\",15",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task The_balance_is_found_however_the_modem_writes_it(string said)
    {
        await using var sms = await AskingAsync(modem => modem.Dialled = _ => said);
        await sms.UntilAsync(() => BalanceOf(sms) is not null);
        Assert.Equal((12.34, "balance 12.34"), (BalanceOf(sms)!.Value, BalanceOf(sms)!.Words));
        Assert.Contains($"AT+CUSD=1,\"{Code}\",15", sms.Modem.Commands);
        await sms.UntilAsync(() => sms.Modem.Commands.Contains("AT+CUSD=2") == said.StartsWith('1')); // what waits for a choice is left
        Assert.Null(sms.Impairment);
    }

    [Fact]
    public async Task A_modem_that_answers_before_it_says_that_it_asked_is_understood()
    {
        await using var sms = await AskingAsync(modem => (modem.Dialled, modem.SpeaksFirst) = (_ => $"0,\"{Words}\",15", true));
        await sms.UntilAsync(() => BalanceOf(sms) is not null);
    }

    [Fact]
    public async Task A_modem_that_takes_packed_codes_alone_is_given_one()
    {
        await using var sms = await AskingAsync(modem => modem.Dialled = code => code == "AA180C3602" ? $"0,\"{Words}\",15" : null);
        await sms.UntilAsync(() => BalanceOf(sms) is not null);
    }

    [Fact]
    public async Task Little_that_is_left_is_said_until_there_is_enough_again()
    {
        var clock = new ManualClock();
        var left = "3.20";
        await using var sms = await AskingAsync(
            modem => modem.Dialled = _ => $"0,\"{left} EUR\",15", balance => balance with { WarnBelow = 5, Every = s_tick }, clock);
        await sms.UntilAsync(() => sms.Impairment?.Contains("warn_below", StringComparison.Ordinal) == true);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("still sent")));
        left = "5.00";
        await TickAsync(sms, clock);
        await sms.UntilAsync(() => sms.Impairment is null && BalanceOf(sms)!.Value == 5);
    }

    [Fact]
    public async Task It_is_not_asked_for_again_by_a_restart()
    {
        await using var sms = await AskingAsync(modem => modem.Dialled = _ => $"0,\"{Words}\",15");
        await sms.UntilAsync(() => sms.Memory.State.ContainsKey(BalanceReading.Key));
        await sms.RestartAsync();
        await sms.UntilAsync(() => BalanceOf(sms) is not null);
        Assert.Equal(1, Asked(sms));
    }

    /// <summary>Refused by the modem, by the network in two ways, and an answer that says nothing.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("4")]
    [InlineData("5,\"\",15")]
    [InlineData("0,\"Unknown code\",15")]
    [InlineData("")]
    public async Task Who_does_not_answer_is_not_asked_for_ever(string? said)
    {
        var clock = new ManualClock();
        await using var sms = await AskingAsync(modem => modem.Dialled = _ => said, balance => balance with { Every = s_tick }, clock);
        for (var i = 0; i < 10; i++)
        {
            await TickAsync(sms, clock);
            await sms.UntilAsync(() => said is null or "" || sms.Memory.Dropped.Values.Sum() == Asked(sms)); // what was said is heard before time moves
        }

        Assert.Equal((said is null ? 2 : 1) * Balance.MostFailures, Asked(sms));
        Assert.Equal(Balance.MostFailures, sms.Memory.Dropped.Values.Sum());
        Assert.Null(BalanceOf(sms));
        Assert.Empty(sms.Failures);
    }

    [Fact]
    public async Task What_the_operator_says_unasked_is_counted()
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Modem.Say($"\r\n+CUSD: 0,\"{Words}\",15\r\n");
        await sms.UntilAsync(() => sms.Memory.Dropped.ContainsKey(Balance.Unasked));
    }

    [Fact]
    public async Task How_well_the_modem_hears_and_whether_it_is_registered_are_figures()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.Registration = 5);
        await sms.UntilAsync(() => sms.Endpoint.Figures.Count == 2);
        Assert.Equal([("registered", 1), ("signal_dbm", -77)], sms.Endpoint.Figures.Select(figure => (figure.Name, figure.Value)));
        Assert.Equal("registered, roaming; signal -77 dBm", string.Join("; ", sms.Endpoint.Figures.Select(figure => figure.Words)));
        await sms.StopAsync();
        Assert.Empty(sms.Endpoint.Figures);
    }

    [Theory]
    [InlineData("Guthaben: 3,20 EUR", null, 3.2)]
    [InlineData("-0.05", null, -0.05)]
    [InlineData("1.234,50 left", null, 1234.5)]
    [InlineData("1,234.50 left", null, 1234.5)]
    [InlineData("Rp 12.500", null, 12500.0)]
    [InlineData("Rp 1.234.500", null, 1234500.0)]
    [InlineData("0171234567: 3,20 EUR", ": ([0-9.,]+)", 3.2)]
    [InlineData("nothing", null, null)]
    [InlineData("credit: some", "credit: (.*)", null)]
    [InlineData("99999999999999999999999999999999999999", null, null)]
    public void An_amount_is_read_as_people_write_it(string text, string? pattern, double? amount) => Assert.Equal(amount, (double?)new Amount(pattern).Find(text));

    [Theory]
    [InlineData("00330020006C006500660074", "3 left")]
    [InlineData("1250", "1250")]
    [InlineData("2025", "2025")] // a sign of three dots, in UTF-16
    [InlineData("AB", "AB")]
    [InlineData("C2303B0C", "Bala")]
    public void What_the_digits_make_readable_counts(string written, string text) => Assert.Equal(text, UssdText.Read(written, 15));

    [Fact]
    public void Whatever_a_modem_says_of_the_network_is_read_or_is_none()
    {
        var random = new Random(540);
        const string signs = "+CUSD:0123456789ABCDEFabcdef\"\", \n*#Ж";
        for (var i = 0; i < 20_000; i++)
        {
            var said = UssdAnswer.Prefix[..random.Next(UssdAnswer.Prefix.Length + 1)]
                + string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => signs[random.Next(signs.Length)]));
            _ = UssdAnswer.IsUnfinished(said);
            if (UssdAnswer.TryRead(said) is { } answer)
            {
                _ = new Amount(null).Find(answer.Text);
                Assert.Equal($"({answer.State})", answer.ToString());
            }
        }
    }

    [Fact]
    public void What_is_packed_is_unpacked()
    {
        var random = new Random(541);
        for (var i = 0; i < 1_000; i++)
        {
            var text = "Z" + string.Concat(Enumerable.Range(0, random.Next(7, 100)).Select(_ => (char)random.Next('0', 'Z'))) + "Z";
            Assert.Equal(text.Replace("@", "¡", StringComparison.Ordinal), UssdText.Read(UssdText.Pack(text.Replace("@", "¡", StringComparison.Ordinal)), 15));
        }
    }

    private static Figure? BalanceOf(RunningModem sms) => sms.Endpoint.Figures.SingleOrDefault(figure => figure.Name == "balance");

    private static int Asked(RunningModem sms) => sms.Modem.Commands.Count(command => command.StartsWith("AT+CUSD=1", StringComparison.Ordinal));

    private static Task<RunningModem> AskingAsync(Action<ModemDouble> prepare, Func<BalanceOptions, BalanceOptions>? change = null, TimeProvider? clock = null)
    {
        var balance = new BalanceOptions { Code = Code };
        return RunningModem.StartAsync(prepare, driver => driver with { Balance = change?.Invoke(balance) ?? balance }, clock);
    }

    /// <summary>Moves to the next look at the modem, and waits until that is over: nothing may be in flight when time moves.</summary>
    private static async Task TickAsync(RunningModem sms, ManualClock clock)
    {
        await IdleAsync(1);
        var looks = Looks();
        clock.Advance(s_tick);
        await IdleAsync(looks + 1);

        Task IdleAsync(int atLeast) => sms.UntilAsync(() => Looks() >= atLeast && clock.NextDue - clock.GetUtcNow() == s_tick);
        int Looks() => sms.Modem.Commands.Count(command => command == "AT+CMGL=4");
    }
}
