using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Stop;
using Bridge.Plugin.Sms.Ways;
using Bridge.Plugin.Sms.Webhook;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Ways;

public sealed class OptionTests
{
    private static readonly DriverOptions s_centre = new()
    {
        Kind = DriverKind.Smpp, Url = new Uri("smpps://smsc.example.com:3550"), Username = "bridge", Password = new Secret("p"),
    };

    private static readonly DriverOptions s_kannel = new()
    {
        Kind = DriverKind.Kannel, Url = new Uri("http://127.0.0.1:13013/cgi-bin/sendsms"), Username = "bridge", Password = new Secret("p"),
        Secret = new Secret("s"), Callback = new Uri("http://127.0.0.1:8480/endpoints/sms"),
    };

    private static readonly DriverOptions s_modem = new() { Kind = DriverKind.AtModem, Port = new FileInfo("/dev/ttyUSB0") };

    private static readonly DriverOptions s_service = new()
    {
        Kind = DriverKind.Webhook, Url = new Uri("https://api.example.com"), Secret = new Secret("s"),
        Send = new WebhookSendOptions { Query = new Dictionary<string, string> { ["a"] = "{to}{text}" } },
        Receive = new WebhookReceiveOptions
        {
            Auth = new WebhookAuthOptions { By = WebhookProof.Parameter, Name = "secret" }, Message = new WebhookMessageOptions { From = "a", Text = "b" },
        },
    };

    public static TheoryData<string, SmsOptions> Wrong { get; } = new()
    {
        { "driver", new SmsOptions() },
        { "drivers", new SmsOptions { Driver = s_centre, Drivers = [s_kannel] } },
        { "drivers[1].username", new SmsOptions { Drivers = [s_kannel, s_centre with { Username = null }] } },
        { "drivers[0].window", new SmsOptions { Drivers = [s_kannel with { Window = 5 }, s_centre] } },
        { "drivers[1].sender", new SmsOptions { Drivers = [s_kannel, s_centre with { Sender = "much too long a name" }] } },
        { "drivers[1].sender", new SmsOptions { Drivers = [s_kannel, s_modem with { Sender = "+491511234567" }] } },
        { "drivers[2]", new SmsOptions { Drivers = [s_centre, s_kannel, s_centre with { Password = new Secret("q") }] } },
        { "drivers[1]", new SmsOptions { Drivers = [s_kannel, s_kannel with { Smsc = "other" }] } },
        { "drivers[1].receive.auth.name", new SmsOptions { Drivers = [s_kannel, s_service] } },
        { "driver.limits", new SmsOptions { Driver = s_modem with { Limits = new WayLimitOptions { PerDay = 1 } } } },
        { "drivers[1].limits.per_day", new SmsOptions { Drivers = [s_kannel, s_modem with { Limits = new WayLimitOptions { PerDay = 0 } }] } },
    };

    [Fact]
    public void Several_ways_in_any_order_are_good()
    {
        Assert.Empty(Check(new SmsOptions { Sender = "+491511234567", Drivers = [s_centre, s_kannel, s_modem] }));
        Assert.Empty(Check(new SmsOptions { Drivers = [s_service, s_modem] }));
        Assert.Empty(Check(new SmsOptions { Drivers = [s_kannel, s_kannel with { Smsc = "other", Callback = null, Secret = null }] }));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, SmsOptions options)
    {
        var problem = Assert.Single(Check(options));
        Assert.Equal(option, problem.Option);
        Assert.NotEmpty(problem.Cure);
    }

    [Fact]
    public void What_is_wrong_besides_is_named_although_no_way_is_written() =>
        Assert.Equal(["driver", "stop.words"], Check(new SmsOptions { Stop = new StopOptions { Words = [] } }).Select(problem => problem.Option));

    private static IEnumerable<OptionProblem> Check(SmsOptions options) => ((IPlugin)new SmsPlugin()).Check(options);
}
