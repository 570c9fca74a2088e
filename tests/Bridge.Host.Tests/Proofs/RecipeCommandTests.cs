using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>The recipes through the command line, as a person without a daemon tries them.</summary>
public sealed class RecipeCommandTests
{
    public static TheoryData<string> Configurations =>
    [
        "config/bridge.yaml",
        .. Directory.GetDirectories(Path.Combine(Repository.Root, "config/examples")).Select(folder => Path.GetRelativePath(Repository.Root, folder)),
    ];

    [Theory]
    [InlineData("zigbee2mqtt-leak", "home:zigbee2mqtt/kitchen/leak_sensor", "no-news.json", "leak", "`payload.water_leak == true` is false: payload.water_leak = null")]
    [InlineData("zigbee2mqtt-battery", "home:zigbee2mqtt/hall", "full.json", "batteries", "`(payload.battery | number) < 15` is false: payload.battery = 88")]
    [InlineData("frigate-review", "home:frigate/reviews", "car.json", "person", "`\"person\" in payload.after.data.objects` is false: payload.after.data.objects = [\"car\"]")]
    [InlineData("tasmota-power", "home:tele/freezer/SENSOR", "freezer-between.json", "freezer", "`payload.DS18B20.Temperature > -12` is false: payload.DS18B20.Temperature = -13.4")]
    [InlineData("homeassistant-notify", "home:bridge/notify/urgent", "laundry.json", "notify", "`topic[2] != \"urgent\"` is false: topic[2] = \"urgent\"")]
    [InlineData("two-brokers", "home:sensors/private/door", "sensor.json", "up", "`topic[1] != \"private\"` is false: topic[1] = \"private\"")]
    public async Task Explain_names_the_false_part_and_its_values(string recipe, string address, string sample, string route, string because)
    {
        var folder = $"config/examples/{recipe}";
        var ran = await DotnetProgram.BridgeAsync("explain", "--config", folder, "--from", address, "--payload", $"@{folder}/{sample}");
        Assert.True(ran.ExitCode == 0, ran.Error);
        var line = ran.Output.Split('\n').Single(line => line.StartsWith($"{route} (", StringComparison.Ordinal));
        Assert.Contains("not matched", line, StringComparison.Ordinal);
        Assert.Contains(because, line, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Validate_accepts_it(string configuration)
    {
        var ran = await DotnetProgram.BridgeAsync("validate", "--strict", "--no-secrets", configuration);
        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Empty(ran.Error);
    }
}
