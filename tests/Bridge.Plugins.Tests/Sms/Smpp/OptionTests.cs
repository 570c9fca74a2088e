using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class OptionTests
{
    private static readonly Uri s_kannel = new("http://127.0.0.1:13013/cgi-bin/sendsms");

    private static readonly DriverOptions s_good = new()
    {
        Kind = DriverKind.Smpp, Url = new Uri("smpps://smsc.example.com:3550"), Username = "bridge", Password = new Secret("p"),
    };

    public static TheoryData<string, Func<DriverOptions, DriverOptions>> Wrong { get; } = new()
    {
        { "driver.url", driver => driver with { Url = new Uri("http://127.0.0.1/") } },
        { "driver.url", driver => driver with { Url = new Uri("smpps://a:b@smsc.example.com") } },
        { "driver.url", driver => driver with { Url = new Uri("smpps://smsc.example.com/path") } },
        { "driver.url", driver => driver with { Url = new Uri("smpp://smsc.example.com:2775") } },
        { "driver.username", driver => driver with { Username = "longer than fifteen" } },
        { "driver.password", driver => driver with { Password = new Secret("ninechars") } },
        { "driver.password", driver => driver with { Password = new Secret("größe") } },
        { "driver.password", driver => driver with { Password = new Secret(new string('x', 65)) } },
        { "driver.system_type", driver => driver with { SystemType = "longer than twelve" } },
        { "driver.window", driver => driver with { Window = 0 } },
        { "driver.binds", driver => driver with { Binds = 21 } },
        { "driver.keep_alive", driver => driver with { KeepAlive = TimeSpan.Zero } },
        { "driver.sender_type", driver => driver with { SenderType = "7/1" } },
        { "driver.sender_type", driver => driver with { SenderType = "alphanumeric" } },
        { "driver.tls", driver => driver with { Tls = new SmppTlsOptions { Cert = new FileInfo("/a") } } },
        { "driver.url", driver => driver with { Url = null } },
        { "driver.username", driver => driver with { Username = null } },
        { "driver.password", driver => driver with { Password = null } },
        { "driver.secret", driver => driver with { Secret = new Secret("x") } },
        { "driver.callback", driver => driver with { Callback = new Uri("http://127.0.0.1:1/") } },
        { "driver.window", driver => driver with { Kind = DriverKind.Kannel, Url = s_kannel, Window = 5 } },
        { "driver.bind", driver => driver with { Kind = DriverKind.Kannel, Url = s_kannel, Bind = SmppBinding.Separate } },
    };

    [Theory]
    [InlineData("smpps://smsc.example.com:3550")]
    [InlineData("smpps://smsc.example.com")]
    [InlineData("smpp://127.0.0.1:2775")]
    public void What_the_page_shows_is_good(string url) => Assert.Empty(Check(s_good with { Url = new Uri(url) }));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, Func<DriverOptions, DriverOptions> change)
    {
        var problem = Assert.Single(Check(change(s_good)));
        Assert.Equal(option, problem.Option);
        Assert.NotEmpty(problem.Cure);
        Assert.DoesNotContain("ninechars", problem.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<OptionProblem> Check(DriverOptions driver) => ((IPlugin)new SmsPlugin()).Check(new SmsOptions { Driver = driver });
}
