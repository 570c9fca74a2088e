using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

public sealed class OptionTests
{
    private static readonly MqttOptions s_good = new() { Url = new Uri("mqtt://broker.lan") };

    private static readonly MqttOptions s_secure = s_good with { Url = new Uri("mqtts://broker.lan") };
    private static readonly IPlugin s_plugin = new MqttPlugin();

    [Fact]
    public void Defaults_with_a_url_are_well() => Assert.Empty(s_plugin.Check(s_good));

    [Fact]
    public void Each_problem_names_its_option_and_a_cure()
    {
        (string Option, MqttOptions Options)[] wrong =
        [
            ("url", new MqttOptions()),
            ("url", s_good with { Url = new Uri("mqtts://broker.lan/mqtt") }),
            ("url", s_good with { Url = new Uri("wss://broker.lan:0/mqtt") }),
            ("url", s_good with { Url = new Uri("ws://broker.lan/mqtt#x") }),
            ("tls", s_good with { Tls = new TlsOptions { Ca = new FileInfo("ca.pem") } }),
            ("tls.key", s_secure with { Tls = new TlsOptions { Cert = new FileInfo("bridge.pem") } }),
            ("tls.cert", s_secure with { Tls = new TlsOptions { Key = new FileInfo("bridge.key") } }),
            ("tls.verify", s_secure with { Tls = new TlsOptions { Verify = false } }),
            ("url", s_good with { Url = new Uri("mqtt://broker.lan:0") }),
            ("url", s_good with { Url = new Uri("localhost:1883") }),
            ("url", s_good with { Url = new Uri("http://broker.lan") }),
            ("url", s_good with { Url = new Uri("mqtt://user:canary@broker.lan") }),
            ("url", s_good with { Url = new Uri("mqtt://broker.lan/topic") }),
            ("protocol", s_good with { Protocol = "4" }),
            ("password", s_good with { Password = new Secret("canary") }),
            ("receive_maximum", s_good with { ReceiveMaximum = 0 }),
            ("receive_maximum", s_good with { ReceiveMaximum = 65_535 }),
            ("max_packet", s_good with { MaxPacket = new ByteSize(1) }),
            ("keep_alive", s_good with { KeepAlive = TimeSpan.FromDays(1) }),
            ("session.client_id", s_good with { Session = new SessionOptions { ClientId = "" } }),
        ];
        foreach (var (option, options) in wrong)
        {
            var problem = Assert.Single(s_plugin.Check(options));
            Assert.Equal(option, problem.Option);
            Assert.NotEmpty(problem.Cure);
            Assert.DoesNotContain("canary", problem.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mqtts://broker.lan")]
    [InlineData("ws://broker.lan:9001/mqtt")]
    [InlineData("wss://broker.lan/mqtt?token=1")]
    public void Every_transport_has_a_url(string url) => Assert.Empty(s_plugin.Check(s_good with { Url = new Uri(url) }));

    [Fact]
    public void A_broker_that_is_open_to_all_or_to_nobody_outside_is_a_warning()
    {
        var users = new Dictionary<string, EmbeddedUser> { ["hall"] = new() { Password = new Secret("canary") } };
        (string? Option, EmbeddedOptions Options)[] cases =
        [
            (null, new() { Listen = ["127.0.0.1:1883"] }),
            (null, new() { Listen = ["[::1]:1883"], Anonymous = AnonymousAccess.Always }),
            (null, new() { Listen = ["0.0.0.0:1883"], Users = users }),
            ("embedded.listen", new() { Listen = ["0.0.0.0:1883"] }),
            ("embedded.listen", new() { Listen = ["[::]:1883"], Anonymous = AnonymousAccess.Never }),
            ("embedded.anonymous", new() { Listen = ["192.168.0.1:1883"], Anonymous = AnonymousAccess.Always, Users = users }),
        ];
        foreach (var (option, embedded) in cases)
        {
            var problem = s_plugin.Check(new MqttOptions { Embedded = embedded }).SingleOrDefault();
            Assert.Equal(option, problem?.Option);
            Assert.True(problem?.IsWarning ?? true);
        }
    }

    [Fact]
    public void Destinations_are_topics_and_patterns_are_filters()
    {
        var description = s_plugin.Description;
        Assert.Null(description.CheckDestination("a/b"));
        Assert.NotNull(description.CheckDestination("a/+"));
        Assert.Null(description.CheckPattern("a/+/#"));
        Assert.NotNull(description.CheckPattern("a/#/b"));
        Assert.NotNull(description.CheckPattern("$share/bridge/a"));
    }
}
