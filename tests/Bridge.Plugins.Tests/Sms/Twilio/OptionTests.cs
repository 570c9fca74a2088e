using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

public sealed class OptionTests
{
    private static readonly SmsOptions s_good = new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.Twilio, Username = TwilioDouble.Account, Password = new Secret("p"),
            Callback = new Uri("https://bridge.example.org/endpoints/sms"),
        },
        Sender = "+491511234567",
    };

    private static readonly DriverOptions s_key = s_good.Driver! with { Username = TwilioDouble.Key, Account = TwilioDouble.Account, Secret = new Secret("t") };

    public static TheoryData<string, bool, SmsOptions> Wrong { get; } = new()
    {
        { "driver.username", false, With(s_good.Driver! with { Username = null }) },
        { "driver.username", false, With(s_good.Driver! with { Username = "me@example.org" }) },
        { "driver.username", false, With(s_good.Driver! with { Username = "AC0123456789abcdef0123456789abcde/" }) },
        { "driver.password", false, With(s_good.Driver! with { Password = null }) },
        { "driver.account", false, With(s_key with { Account = null }) },
        { "driver.account", false, With(s_key with { Account = TwilioDouble.Key }) },
        { "driver.service", false, With(s_good.Driver! with { Service = "my service" }) },
        { "driver.secret", false, With(s_good.Driver! with { Secret = new Secret("t") }) },
        { "driver.secret", false, With(s_key with { Callback = null }) },
        { "driver.callback", false, With(s_key with { Secret = null }) },
        { "driver.callback", false, With(s_good.Driver! with { Callback = new Uri("https://bridge.example.org/?a=b") }) },
        { "driver.callback", false, With(s_good.Driver! with { Callback = new Uri("https://a:b@bridge.example.org/") }) },
        { "driver.callback", true, With(s_good.Driver! with { Callback = new Uri("http://bridge.example.org/endpoints/sms") }) },
        { "driver.mms", false, With(s_good.Driver! with { Mms = true, Callback = null }) },
        { "driver.url", false, With(s_good.Driver! with { Url = new Uri("ftp://api.twilio.com") }) },
        { "driver.status", false, With(s_good.Driver! with { Status = new Uri("http://127.0.0.1:13000/status.txt") }) },
        { "sender", false, s_good with { Sender = null } },
        { "max_segments", false, s_good with { MaxSegments = 25 } },
    };

    public static TheoryData<SmsOptions> Good { get; } =
    [
        s_good,
        s_good with { MaxSegments = 24, Sender = null, Driver = s_good.Driver! with { Service = "MG0123456789abcdef0123456789abcdef", Callback = null } },
        With(s_key),
        With(s_good.Driver! with { Mms = true }),
        With(s_key with { Callback = null, Secret = null, Url = new Uri("https://api.dublin.ie1.twilio.com") }),
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_page_shows_is_good(SmsOptions options) => Assert.Empty(((IPlugin)new SmsPlugin()).Check(options));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, bool isWarning, SmsOptions options)
    {
        var problem = Assert.Single(((IPlugin)new SmsPlugin()).Check(options));
        Assert.Equal((option, isWarning), (problem.Option, problem.IsWarning));
        Assert.NotEmpty(problem.Cure);
    }

    private static SmsOptions With(DriverOptions driver) => s_good with { Driver = driver };
}
