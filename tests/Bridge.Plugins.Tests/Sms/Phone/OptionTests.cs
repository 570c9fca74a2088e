using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Phone;

public sealed class OptionTests
{
    private static readonly SmsOptions s_good = new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.AndroidSmsGateway, Url = new Uri("http://192.168.1.20:8080"), Username = "sms", Password = new Secret("p"),
            Callback = new Uri("https://bridge.example.org/endpoints/sms"), Secret = new Secret("s"), Sim = 1, Reports = false,
            Poll = TimeSpan.FromSeconds(15),
        },
    };

    public static TheoryData<string, bool, Func<DriverOptions, DriverOptions>> Wrong { get; } = new()
    {
        { "driver.url", false, driver => driver with { Url = null } },
        { "driver.username", false, driver => driver with { Username = null } },
        { "driver.password", false, driver => driver with { Password = null } },
        { "driver.url", false, driver => driver with { Url = new Uri("ftp://192.168.1.20/") } },
        { "driver.url", false, driver => driver with { Url = new Uri("http://a:b@192.168.1.20/") } },
        { "driver.url", true, driver => driver with { Url = new Uri("http://sms.example.org/3rdparty/v1") } },
        { "driver.url", true, driver => driver with { Url = new Uri("http://8.8.8.8:8080") } },
        { "driver.callback", false, driver => driver with { Callback = new Uri("https://bridge.example.org/?a=b") } },
        { "driver.callback", false, driver => driver with { Secret = null } },
        { "driver.secret", false, driver => driver with { Callback = null } },
        { "driver.callback", true, driver => driver with { Callback = new Uri("http://192.168.1.2:8480/endpoints/sms") } },
        { "driver.sim", false, driver => driver with { Sim = 0 } },
        { "driver.sim", false, driver => driver with { Sim = 4 } },
        { "driver.poll", false, driver => driver with { Poll = TimeSpan.FromMilliseconds(1) } },
        { "driver.poll", false, driver => driver with { Poll = TimeSpan.FromDays(1) } },
        { "driver.smsc", false, driver => driver with { Smsc = "x" } },
        { "driver.binds", false, driver => driver with { Binds = 2 } },
    };

    [Theory]
    [InlineData("http://192.168.1.20:8080")]
    [InlineData("http://phone.lan:8080")]
    [InlineData("http://[fe80::1]:8080")]
    [InlineData("https://api.sms-gate.app/3rdparty/v1")]
    public void What_the_page_shows_is_good(string url) => Assert.Empty(Check(s_good.Driver! with { Url = new Uri(url) }));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, bool isWarning, Func<DriverOptions, DriverOptions> change)
    {
        var problem = Assert.Single(Check(change(s_good.Driver!)));
        Assert.Equal((option, isWarning), (problem.Option, problem.IsWarning));
        Assert.NotEmpty(problem.Cure);
    }

    private static IEnumerable<OptionProblem> Check(DriverOptions driver) => ((IPlugin)new SmsPlugin()).Check(s_good with { Driver = driver });
}
