using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Kannel;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

public sealed class OptionTests
{
    private static readonly SmsOptions s_good = new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.Kannel, Url = new Uri("http://127.0.0.1:13013/cgi-bin/sendsms"), Username = "bridge", Password = new Secret("p"), Secret = new Secret("s"),
            Callback = new Uri("http://127.0.0.1:8480/endpoints/sms"),
        },
        Country = "49",
    };

    public static TheoryData<string, Func<SmsOptions, SmsOptions>> Wrong { get; } = new()
    {
        { "country", options => options with { Country = "999" } },
        { "sender", options => options with { Sender = "much too long a name" } },
        { "sender", options => options with { Sender = "Ünïcode" } },
        { "max_segments", options => options with { MaxSegments = 0 } },
        { "max_segments", options => options with { MaxSegments = 256 } },
        { "driver.url", options => options with { Driver = options.Driver! with { Url = new Uri("ftp://127.0.0.1/") } } },
        { "driver.url", options => options with { Driver = options.Driver! with { Url = new Uri("http://a:b@127.0.0.1/") } } },
        { "driver.url", options => options with { Driver = options.Driver! with { Url = new Uri("http://kannel.lan/cgi-bin/sendsms") } } },
        { "driver.url", options => options with { Driver = options.Driver! with { Url = null } } },
        { "driver.username", options => options with { Driver = options.Driver! with { Username = null } } },
        { "driver.password", options => options with { Driver = options.Driver! with { Password = null } } },
        { "driver.callback", options => options with { Driver = options.Driver! with { Callback = new Uri("http://127.0.0.1/?a=b") } } },
        { "driver.callback", options => options with { Driver = options.Driver! with { Secret = null } } },
        { "driver.status_password", options => options with { Driver = options.Driver! with { StatusPassword = new Secret("x") } } },
    };

    [Fact]
    public void What_the_page_shows_is_good() => Assert.Empty(((IPlugin)new SmsPlugin()).Check(s_good));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, Func<SmsOptions, SmsOptions> change)
    {
        var problem = Assert.Single(((IPlugin)new SmsPlugin()).Check(change(s_good)));
        Assert.Equal(option, problem.Option);
        Assert.NotEmpty(problem.Cure);
    }

    [Theory]
    [InlineData("+491511234567", true, true)]
    [InlineData("12345", true, true)]
    [InlineData("ACME", false, true)]
    [InlineData("*", false, true)]
    [InlineData("0151 1234567", false, false)]
    [InlineData("+49 151", false, false)]
    public void Rules_name_numbers_as_the_network_does(string rest, bool canBeSentTo, bool canBeHeard)
    {
        var description = new SmsPlugin().Description;
        Assert.Equal((canBeSentTo, canBeHeard), (description.CheckDestination(rest) is null, description.CheckPattern(rest) is null));
    }

    [Theory]
    [InlineData("SMSC connections:\n    A[A] x (online 6s, y)\n    B[B] x (re-connecting, y)\n\nmore (online 1s)\n", 1, 2)]
    [InlineData("SMSC connections:\n\n", 0, 0)]
    public void A_status_page_says_how_many_centres_are_there(string page, int online, int all) => Assert.Equal(new StatusPage(online, all), StatusPage.TryRead(page));

    [Fact]
    public void Anything_may_stand_on_a_status_page()
    {
        var random = new Random(510);
        Assert.Null(StatusPage.TryRead("Denied"));
        for (var i = 0; i < 5_000; i++)
        {
            var noise = string.Concat(Enumerable.Range(0, 40).Select(_ => " \n(onlie)SMCc:"[random.Next(14)]));
            _ = StatusPage.TryRead("SMSC connections:" + noise);
            _ = StatusPage.TryRead(noise);
        }
    }
}
