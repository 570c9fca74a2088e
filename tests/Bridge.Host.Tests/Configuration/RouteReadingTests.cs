using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

public sealed class RouteReadingTests
{
    private const string Alert = "from: home:a\ntext: x\nto: [\"me:!r\"]";
    private const string Forward = "from: home:a/#\nto: [\"home:b\"]";

    [Fact]
    public void Nothing_has_a_cooldown_or_a_limit_unless_it_is_written()
    {
        var route = Configs.Route(Alert);

        Assert.Null(route.Cooldown);
        Assert.Null(route.Limits);
        Assert.Null(route.MaxAge);
        Assert.Null(route.Expiry);
        Assert.Equal(Severity.Notice, route.Severity);
        Assert.Equal(TimeSpan.FromDays(1), route.Retry.For);
    }

    [Fact]
    public void Defaults_are_inherited_and_marked_as_such()
    {
        var route = Configs.Route(Alert, "{ cooldown: 5m, max_age: 1h, retained: ignore }");

        Assert.Equal(new CooldownConfig(TimeSpan.FromMinutes(5), null, Inherited: true), route.Cooldown);
        Assert.Equal(TimeSpan.FromHours(1), route.MaxAge);
        Assert.Equal(RetainedMode.Ignore, route.Retained);
    }

    [Fact]
    public void A_route_overrides_defaults_and_zero_means_none()
    {
        var route = Configs.Route(Alert + "\ncooldown: 0\nmax_age: 0\nretained: changed", "{ cooldown: 5m, max_age: 1h, retained: ignore }");

        Assert.Null(route.Cooldown);
        Assert.Null(route.MaxAge);
        Assert.Equal(RetainedMode.Changed, route.Retained);
    }

    [Fact]
    public void A_forward_takes_retained_events_and_inherits_no_cooldown()
    {
        var route = Configs.Route(Forward, "{ cooldown: 5m, retained: changed }");

        Assert.Equal(RetainedMode.Always, route.Retained);
        Assert.Null(route.Cooldown);
        Assert.Null(route.Text);
        Assert.Null(route.Payload);
    }

    [Fact]
    public void A_cooldown_of_its_own_is_not_inherited()
    {
        var route = Configs.Route(Alert + "\ncooldown: { every: 2m, per: \"{{ topic[0] }}\" }", "{ cooldown: 5m }");

        Assert.Equal(TimeSpan.FromMinutes(2), route.Cooldown!.Every);
        Assert.Equal("{{ topic[0] }}", route.Cooldown.Per!.Source);
        Assert.False(route.Cooldown.Inherited);
    }

    [Fact]
    public void From_and_to_are_one_or_many()
    {
        var route = Configs.Route("from: [\"home:a/+\", \"me:*\"]\ntext: x\nto: me:!r");

        Assert.Equal(["home:a/+", "me:*"], route.From.Select(pattern => pattern.ToString()));
        Assert.Equal(AddressStyle.Levels, route.From[0].Style);
        Assert.Equal("me:!r", route.To.Single().Address.Source);
    }

    [Fact]
    public void A_destination_has_the_options_its_plugin_declares_and_its_own_expiry()
    {
        var route = Configs.Route("from: home:a\nexpiry: 1h\nto:\n  - { address: \"home:b/{{ topic[0] }}\", retain: true, qos: 1, expiry: 10m }");

        var to = route.To.Single();
        Assert.Equal([new Property("retain", "true"), new Property("qos", "1")], to.Options);
        Assert.Equal(TimeSpan.FromMinutes(10), to.Expiry);
        Assert.Equal(TimeSpan.FromHours(1), route.Expiry);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("1h30m", 5400)]
    [InlineData("500ms", 0.5)]
    [InlineData("7d", 604_800)]
    [InlineData("1w", 604_800)]
    public void Durations_have_units(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Configs.Route(Alert + "\nwhen: payload == 1\nfor: " + text).For);

    [Theory]
    [InlineData("10/min", 10, 60)]
    [InlineData("6/h", 6, 3600)]
    [InlineData("3 per 10m", 3, 600)]
    [InlineData("2/30s", 2, 30)]
    public void Rates_are_a_number_per_time(string text, int count, int seconds) =>
        Assert.Equal(new Rate(count, TimeSpan.FromSeconds(seconds)), Configs.Route(Alert + $"\nlimits: {{ rate: {text}, overflow: \"more\" }}").Limits!.Rate);

    [Fact]
    public void Without_secrets_everything_else_is_still_read()
    {
        var text = Configs.WithEndpoint("password: \"${env:NOT_SET}\"\nurl: \"${file:/nowhere}\"\nport: \"${env:PORT}\"");

        var config = Configs.Good(text, FakePlugins.Sources with { WithSecrets = false });

        Assert.Single(config.Endpoints);
    }
}
