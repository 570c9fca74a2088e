using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Webhook;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

public sealed class OptionTests
{
    private static readonly WebhookSendOptions s_send = new() { Json = JsonNode.Parse("""{"to":["{to}"],"text":"{text}","ref":"{id}"}"""),
        Id = "data.id" };

    private static readonly WebhookReceiveOptions s_receive = new()
    {
        Message = new WebhookMessageOptions { From = "from", Text = "text" },
        Report = new WebhookReportOptions { State = "state", OurId = "ref" },
    };

    private static readonly DriverOptions s_good = new()
    {
        Kind = DriverKind.Webhook, Url = new Uri("https://api.example.com/messages"), Username = "u", Password = new Secret("p"),
            Secret = new Secret("s"),
        Callback = new Uri("https://bridge.example.org/endpoints/sms"), Send = s_send, Receive = s_receive,
    };

    private static readonly DriverOptions s_mute = s_good with { Receive = null, Secret = null, Callback = null };

    private static readonly JsonNode s_short = JsonNode.Parse("""["{to}","{text}"]""")!;

    public static TheoryData<string, bool, DriverOptions> Wrong { get; } = new()
    {
        { "driver.url", false, s_good with { Url = null } },
        { "driver.url", false, s_good with { Url = new Uri("https://api.example.com/messages?key=x") } },
        { "driver.url", false, s_good with { Url = new Uri("https://u:p@api.example.com/messages") } },
        { "driver.url", true, s_good with { Url = new Uri("http://api.example.com/messages") } },
        { "driver.send", false, s_good with { Send = null, Username = null, Password = null } },
        { "driver.smsc", false, s_good with { Smsc = "main" } },
        { "driver.username", false, s_good with { Password = null } },
        { "driver.password", false, s_good with { Username = null } },
        { "driver.password", false, Sending(s_send with { Headers = Map("X-Key", "{password}") }) with { Username = null, Password = null } },
        { "driver.password", false,
            Sending(s_send with { Headers = Map("X-Key", "{password}") }) with { Username = null, Password = new Secret("two\nlines") } },
        { "driver.secret", false, s_good with { Secret = null } },
        { "driver.secret", false, s_good with { Receive = null } },
        { "driver.callback", false, s_good with { Receive = null, Secret = null } },
        { "driver.callback", false, Sending(s_send with { Query = Map("report", "{callback}") }) with { Callback = null } },
        { "sender", false, Sending(s_send with { Query = Map("from", "{from}") }) },
        { "driver.send", false, Sending(s_send with { Json = JsonNode.Parse("""{"to":"{to}","ref":"{id}"}""") }) },
        { "driver.send", false, Sending(s_send with { Json = JsonNode.Parse("""{"text":"{text}","ref":"{id}"}""") }) },
        { "driver.send.json", false,
            Sending(s_send with { Json = JsonNode.Parse("""{"to":"{to}","text":"{text}","ref":"{id}","x":["{phone}"]}""") }) },
        { "driver.send.form", false, Sending(s_send with { Form = Map("a", "b") }) },
        { "driver.send.method", false, Sending(s_send with { Method = WebhookMethod.Get }) },
        { "driver.send.headers", false, Sending(s_send with { Headers = Map("X Key", "a") }) },
        { "driver.send.headers", false, Sending(s_send with { Headers = Map("content-length", "1") }) },
        { "driver.send.headers", false, Sending(s_send with { Headers = Map("X-Text", "{text}") }) },
        { "driver.send.headers", false, Sending(s_send with { Headers = Map("X-Text", "a\r\nb: c") }) },
        { "driver.send.id", false, Sending(s_send with { Id = "a[b" }) },
        { "driver.send.success.path", false, Sending(s_send with { Success = new WebhookSuccessOptions { Path = "a b", Is = ["x"] } }) },
        { "driver.send.success", false, Sending(s_send with { Success = new WebhookSuccessOptions { Path = "a" } }) },
        { "driver.send", false, Sending(s_send with { Retry = [5030] }) },
        { "driver.send.retry", false, Sending(s_send with { Retry = [202] }) },
        { "driver.send.remembers", false, s_mute with { Send = new WebhookSendOptions { Json = s_short, Remembers = TimeSpan.FromDays(1) } } },
        { "driver.receive", false, s_good with { Receive = new WebhookReceiveOptions() } },
        { "driver.receive.auth.name", false, Proved(new WebhookAuthOptions { By = WebhookProof.Hmac }) },
        { "driver.receive.auth.name", false, Proved(new WebhookAuthOptions { By = WebhookProof.Parameter }) },
        { "driver.receive.auth", false, Proved(new WebhookAuthOptions { Prefix = "sha256=" }) },
        { "driver.receive.auth.over", false, Proved(new WebhookAuthOptions { By = WebhookProof.Hmac, Name = "X", Over = "x" }) },
        { "driver.receive.auth.timestamp", false, Proved(new WebhookAuthOptions { By = WebhookProof.Hmac, Name = "X", Over = "{timestamp}{body}" }) },
        { "driver.receive.auth.timestamp", false,
            Proved(new WebhookAuthOptions { By = WebhookProof.Hmac, Name = "X", Over = "{body}", Timestamp = "Y" }) },
        { "driver.receive.report", false, Reported(new WebhookReportOptions { State = "state" }) },
        { "driver.receive.report", false, Reported(new WebhookReportOptions { State = "state", OurId = "ref", Failed = ["Read"] }) },
        { "driver.receive.report.id", false,
            Reported(new WebhookReportOptions { State = "state", Id = "id" }) with { Send = s_send with { Id = null } } },
        { "driver.receive.report.our_id", false, Sending(new WebhookSendOptions { Json = s_short }) },
    };

    public static TheoryData<DriverOptions> Good { get; } =
    [
        s_good,
        s_good with { Receive = null, Secret = null, Callback = null, Username = null, Password = null },
        s_good with { Status = new Uri("https://api.example.com/balance?currency=eur"), Numbers = WebhookNumbers.Digits },
        Sending(s_send with { Remembers = TimeSpan.FromDays(1), Retry = [502, 503], Headers = Map("Idempotency-Key", "{id}") }),
        Sending(s_send with { Json = null, Form = Map("a", "{to}{text}{id}{callback}") }),
        Sending(s_send with { Headers = Map("Authorization", "Bearer {password}") }) with { Username = null },
        Proved(new WebhookAuthOptions { By = WebhookProof.Hmac, Name = "X-Signature", Timestamp = "X-Timestamp" }),
        s_good with { Url = new Uri("http://192.168.1.1/cgi-bin/sms_send") },
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_a_service_may_want_is_good(DriverOptions driver) => Assert.Empty(Check(driver));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_a_cure(string option, bool isWarning, DriverOptions driver)
    {
        var problem = Assert.Single(Check(driver));
        Assert.Equal((option, isWarning), (problem.Option, problem.IsWarning));
        Assert.NotEmpty(problem.Cure);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c[0].d", true)]
    [InlineData("$.a", true)]
    [InlineData("$[0]", true)]
    [InlineData("[0][1]", true)]
    [InlineData("a['b.c']", true)]
    [InlineData("", false)]
    [InlineData("$", false)]
    [InlineData("a..b", false)]
    [InlineData("a[", false)]
    [InlineData("a[-1]", false)]
    [InlineData("a[99999]", false)]
    [InlineData("a b", false)]
    [InlineData(".a", false)]
    public void A_path_is_one_or_is_not(string path, bool isOne) => Assert.Equal(isOne, JsonPath.TryParse(path) is not null);

    private static IEnumerable<OptionProblem> Check(DriverOptions driver) => ((IPlugin)new SmsPlugin()).Check(new SmsOptions { Driver = driver });

    private static DriverOptions Sending(WebhookSendOptions send) => s_good with { Send = send };

    private static DriverOptions Proved(WebhookAuthOptions auth) => s_good with { Receive = s_receive with { Auth = auth } };

    private static DriverOptions Reported(WebhookReportOptions report) => s_good with { Receive = s_receive with { Report = report } };

    private static Dictionary<string, string> Map(string name, string value) => new() { [name] = value };
}
