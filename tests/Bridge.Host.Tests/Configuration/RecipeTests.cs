using Bridge.Core.Routing;
using Bridge.Host.Configuration;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>What the configurations that come with Bridge do with the payloads that lie beside them.</summary>
public sealed class RecipeTests
{
    private static readonly string s_config = Path.Combine(CaseFile.RepositoryRoot(), "config");

    [Fact]
    public void The_first_configuration_tells_of_a_leak_once()
    {
        var rules = Rules("bridge.yaml");
        const string Leak = """{"water_leak":true,"battery":88}""";

        Assert.Equal(["Water leak in kitchen! Battery 88 %"], rules.Publish("home:zigbee2mqtt/kitchen/leak_sensor", Leak).Texts());
        Assert.Empty(rules.Publish("home:zigbee2mqtt/kitchen/leak_sensor", Leak).Texts());
    }

    [Fact]
    public void A_leak_is_told_when_it_begins_and_when_it_ends()
    {
        var rules = Rules("examples/zigbee2mqtt-leak");

        Assert.Equal(["Water leak in kitchen! Battery 88 %"], Publish(rules, "home:zigbee2mqtt/kitchen/leak_sensor", "zigbee2mqtt-leak/leak.json").Texts());
        Assert.Empty(Publish(rules, "home:zigbee2mqtt/kitchen/leak_sensor", "zigbee2mqtt-leak/leak.json").Texts());
        rules.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["kitchen is dry again after 5 min"], Publish(rules, "home:zigbee2mqtt/kitchen/leak_sensor", "zigbee2mqtt-leak/dry.json").Texts());
    }

    [Fact]
    public void A_low_battery_is_told_once_a_week_even_when_the_number_is_a_text()
    {
        var rules = Rules("examples/zigbee2mqtt-battery");

        Assert.Equal(["Battery of hall is at 10 %"], Publish(rules, "home:zigbee2mqtt/hall", "zigbee2mqtt-battery/low.json").Texts());
        rules.Advance(TimeSpan.FromDays(6));
        Assert.Empty(Publish(rules, "home:zigbee2mqtt/hall", "zigbee2mqtt-battery/low.json").Texts());
        rules.Advance(TimeSpan.FromDays(2));
        Assert.Single(Publish(rules, "home:zigbee2mqtt/hall", "zigbee2mqtt-battery/low.json").Texts());
        Assert.Empty(Publish(rules, "home:zigbee2mqtt/bedroom", "zigbee2mqtt-battery/no-battery.json").Texts());
        Assert.Contains("88", Publish(rules, "home:zigbee2mqtt/hall", "zigbee2mqtt-battery/full.json").Because());
    }

    [Fact]
    public void A_review_is_told_once_and_only_for_people()
    {
        var rules = Rules("examples/frigate-review", DateTimeOffset.FromUnixTimeSeconds(1718987135));

        Assert.Equal(["Person at front cam, zones: front yard"], Publish(rules, "home:frigate/reviews", "frigate-review/person.json").Texts());
        rules.Advance(TimeSpan.FromMinutes(3));
        Assert.Empty(Publish(rules, "home:frigate/reviews", "frigate-review/person.json").Texts());
        var car = Publish(rules, "home:frigate/reviews", "frigate-review/car.json");
        Assert.Empty(car.Texts());
        Assert.Contains("person", car.Because());
    }

    [Fact]
    public void A_review_from_before_a_long_outage_is_not_told()
    {
        var rules = Rules("examples/frigate-review", DateTimeOffset.FromUnixTimeSeconds(1718987135 + 7200));

        Assert.Equal(Verdict.TooOld, Publish(rules, "home:frigate/reviews", "frigate-review/person.json").Verdict());
    }

    [Fact]
    public void A_warm_freezer_is_told_when_it_has_lasted()
    {
        var rules = Rules("examples/tasmota-power");

        Assert.Empty(Publish(rules, "home:tele/freezer/SENSOR", "tasmota-power/freezer-warm.json").Texts());
        Assert.Equal(["Freezer at 20.6 °C"], rules.Advance(TimeSpan.FromMinutes(11)).Texts());
        Assert.Empty(Publish(rules, "home:tele/freezer/SENSOR", "tasmota-power/freezer-cold.json").Texts());
    }

    [Fact]
    public void A_heater_that_runs_for_hours_and_a_plug_that_vanished_are_told()
    {
        var rules = Rules("examples/tasmota-power");

        Publish(rules, "home:tele/heater/SENSOR", "tasmota-power/heater.json");
        rules.Publish("home:tele/plug/LWT", "Offline");

        Assert.Equal(["plug is offline", "The heater has drawn 1987 W for two hours"], rules.Advance(TimeSpan.FromHours(3)).Texts());
        Assert.Equal(["plug is back"], rules.Publish("home:tele/plug/LWT", "Online").Texts());
    }

    [Fact]
    public void A_notification_is_told_as_often_as_it_comes()
    {
        var rules = Rules("examples/homeassistant-notify");

        Assert.Equal(["family: The washing machine is done"], Publish(rules, "home:bridge/notify/family", "homeassistant-notify/laundry.json").Texts());
        Assert.Equal(["family: Dinner"], rules.Publish("home:bridge/notify/family", "Dinner").Texts());
        Assert.Equal(["family: Dinner"], rules.Publish("home:bridge/notify/family", "Dinner").Texts());
        Assert.Equal(["Somebody rang"], rules.Publish("home:bridge/notify/urgent", "Somebody rang").Texts());
        Assert.Empty(rules.Publish("home:bridge/notify/family", "Old", retained: true).Texts());
    }

    [Fact]
    public void Two_brokers_exchange_what_they_are_told_to()
    {
        var rules = Rules("examples/two-brokers");

        var up = Publish(rules, "home:sensors/shed/air", "two-brokers/sensor.json");
        Assert.Equal(["cloud:cabin/shed/air"], up.Addresses());
        Assert.Equal(["(forward)"], up.Texts());
        Assert.Equal(["cloud:cabin/shed/air"], Publish(rules, "home:sensors/shed/air", "two-brokers/sensor.json").Addresses());
        Assert.Equal(["home:commands/light/set"], rules.Publish("cloud:cabin-commands/light/set", "on").Addresses());
        Assert.Empty(rules.Publish("home:other/shed", "1").Routes);
    }

    [Theory]
    [InlineData("zigbee2mqtt-leak", "home:zigbee2mqtt/kitchen/leak_sensor", "no-news.json", "`payload.water_leak == true` is false: payload.water_leak = null")]
    [InlineData("zigbee2mqtt-battery", "home:zigbee2mqtt/hall", "full.json", "`(payload.battery | number) < 15` is false: payload.battery = 88")]
    [InlineData("frigate-review", "home:frigate/reviews", "car.json", "payload.after.data.objects = [\"car\"]")]
    [InlineData("tasmota-power", "home:tele/freezer/SENSOR", "freezer-between.json", "payload.DS18B20.Temperature = -13.4")]
    [InlineData("homeassistant-notify", "home:bridge/notify/urgent", "laundry.json", "topic[2] = \"urgent\"")]
    [InlineData("two-brokers", "home:sensors/private/door", "sensor.json", "topic[1] = \"private\"")]
    public void A_miss_names_what_is_false_and_its_values(string recipe, string address, string payload, string because)
    {
        var routes = Publish(Rules("examples/" + recipe), address, $"{recipe}/{payload}").Routes;

        Assert.Contains(because, routes.Single(route => route.Verdict == Verdict.NotMatched).Because);
    }

    private static VirtualRules Rules(string path, DateTimeOffset? start = null)
    {
        var config = ConfigReader.Read([Path.Combine(s_config, path)], BundledPlugins.Sources).Config!;
        return VirtualRules.Of(config.Routes, config.Zone, start);
    }

    private static Decision Publish(VirtualRules rules, string address, string payload) =>
        rules.Publish(address, File.ReadAllText(Path.Combine(s_config, "examples", payload)));
}
