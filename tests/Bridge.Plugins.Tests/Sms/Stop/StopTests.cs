using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Stop;
using Bridge.Plugins.Tests.Sms.Kannel;
using Bridge.Plugins.Tests.Sms.Twilio;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Stop;

/// <summary>STOP, START and HELP, as they come in.</summary>
public sealed class StopTests
{
    private const string Number = "+4915100000012";

    [Theory]
    [InlineData("STOP")]
    [InlineData("stop")]
    [InlineData("  Stop. \r\n")]
    [InlineData("\"STOP\"!!")]
    [InlineData("“stop”")]
    [InlineData("STOP\u00a0🛑")]
    [InlineData("unsubscribe")]
    [InlineData("Quit")]
    [InlineData("optout")]
    public async Task A_lone_word_stops_and_is_answered_and_heard(string text)
    {
        await using var sms = await WithStopAsync();
        var heard = await HearAsync(sms, text);
        Assert.Equal(new Consent(IsGiven: false, "the number asked not to be written to (STOP)", "START from it lifts that"), heard.Consent);
        Assert.Equal("You will get no more messages from this number. START brings them back.", heard.Answer!.Value.Value);
        Assert.Equal(MessagePosted.Of(text), heard.Event);
    }

    [Theory]
    [InlineData("Please stop")]
    [InlineData("stop it")]
    [InlineData("STOP STOP")]
    [InlineData("nonstop")]
    [InlineData("stopp")]
    [InlineData("/stop")]
    [InlineData("?")]
    [InlineData("")]
    [InlineData("yes")]
    public async Task A_word_within_a_text_is_a_text(string text)
    {
        await using var sms = await WithStopAsync();
        var heard = await HearAsync(sms, text);
        Assert.Equal(((Consent?)null, (MessageText?)null), (heard.Consent, heard.Answer));
    }

    [Fact]
    public async Task START_gives_it_back_and_HELP_asks_for_nothing_but_words()
    {
        await using var sms = await WithStopAsync();
        var start = await HearAsync(sms, "Unstop!");
        Assert.Equal(new Consent(IsGiven: true), start.Consent);
        Assert.Equal("You will get messages from this number again. STOP ends them.", start.Answer!.Value.Value);
        var help = await HearAsync(sms, "info");
        Assert.Null(help.Consent);
        Assert.Equal("STOP ends messages from this number, START brings them back.", help.Answer!.Value.Value);
    }

    [Fact]
    public async Task Without_the_option_they_are_words_like_any_other()
    {
        await using var sms = await RunningSms.StartAsync();
        var heard = await HearAsync(sms, "STOP");
        Assert.Equal(((Consent?)null, (MessageText?)null), (heard.Consent, heard.Answer));
    }

    [Fact]
    public async Task Words_and_answers_are_what_is_written()
    {
        await using var sms = await WithStopAsync(new StopOptions
        {
            Words = ["Stopp.", "ενδ"], Confirm = "Ende.", StartWords = ["los"], StartConfirm = "", HelpWords = [],
        });
        var stop = await HearAsync(sms, "STOPP");
        Assert.Equal(("los from it lifts that", "Ende."), (stop.Consent!.Cure, stop.Answer!.Value.Value));
        Assert.False((await HearAsync(sms, "ΕΝΔ!")).Consent!.IsGiven);
        var start = await HearAsync(sms, "Los!");
        Assert.Equal((true, (MessageText?)null), (start.Consent!.IsGiven, start.Answer));
        Assert.Null((await HearAsync(sms, "STOP")).Consent);
        Assert.Null((await HearAsync(sms, "HELP")).Answer);
    }

    [Fact]
    public async Task Who_cannot_be_written_to_cannot_stop_it()
    {
        await using var sms = await WithStopAsync();
        var heard = await HearAsync(sms, "STOP", "ACME");
        Assert.Equal(((Consent?)null, (MessageText?)null), (heard.Consent, heard.Answer));
        Assert.NotNull((await HearAsync(sms, "STOP", "12345")).Consent);
    }

    [Fact]
    public async Task However_a_number_is_written_it_is_the_one_that_stops()
    {
        await using var sms = await WithStopAsync();
        Assert.Equal(Number, (await HearAsync(sms, "STOP", "0151 00000012")).Address.Rest);
    }

    [Fact]
    public async Task Twilio_answers_itself_and_knows_YES()
    {
        await using var sms = await RunningTwilio.StartAsync(changeAll: options => options with { Stop = new StopOptions() });
        Assert.Equal(200, (await sms.Message(Number, "STOP", "SM1")).Status);
        await sms.Message(Number, "Yes", "SM2");
        await sms.Message(Number, "HELP", "SM3");
        var heard = sms.Heard;
        Assert.Equal([false, true, null], heard.Select(one => one.Consent?.IsGiven));
        Assert.All(heard, one => Assert.Null(one.Answer));
    }

    [Fact]
    public async Task What_is_written_is_answered_at_Twilio_too()
    {
        await using var sms = await RunningTwilio.StartAsync(changeAll: options => options with { Stop = new StopOptions { Confirm = "bye" } });
        await sms.Message(Number, "STOP");
        Assert.Equal("bye", sms.Heard[0].Answer!.Value.Value);
    }

    public static TheoryData<string, StopOptions> Wrong { get; } = new()
    {
        { "stop.words", new StopOptions { Words = [] } },
        { "stop.words", new StopOptions { Words = ["STOP IT"] } },
        { "stop.words", new StopOptions { Words = ["!"] } },
        { "stop.words", new StopOptions { Words = ["STOP", "stop."] } },
        { "stop.start_words", new StopOptions { StartWords = ["quit"] } },
        { "stop.help_words", new StopOptions { HelpWords = ["start"] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, StopOptions stop)
    {
        var options = new SmsOptions { Driver = new DriverOptions { Kind = DriverKind.AtModem, Port = new FileInfo("/dev/ttyUSB0") } };
        Assert.Empty(((IPlugin)new SmsPlugin()).Check(options with { Stop = new StopOptions() }));
        var problem = Assert.Single(((IPlugin)new SmsPlugin()).Check(options with { Stop = stop }));
        Assert.Equal(option, problem.Option);
        Assert.NotEmpty(problem.Cure);
    }

    private static Task<RunningSms> WithStopAsync(StopOptions? stop = null) => RunningSms.StartAsync(options => options with { Stop = stop ?? new StopOptions() });

    private static async Task<Inbound> HearAsync(RunningSms sms, string text, string from = Number)
    {
        var query = $"secret={RunningSms.Secret}&from={Uri.EscapeDataString(from)}&to=12345&charset=UTF-8&coding=0&text={Uri.EscapeDataString(text)}";
        Assert.Equal(200, (await sms.Call("/message", query)).Status);
        return sms.Heard[^1];
    }
}
