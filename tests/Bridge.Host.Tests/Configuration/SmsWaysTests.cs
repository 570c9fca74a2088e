using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>The ways of an SMS endpoint, as they are written.</summary>
public sealed class SmsWaysTests
{
    private const string Centre = "{ kind: smpp, url: \"smpps://smsc.example.com:3550\", username: bridge, password: \"${file:/run/secrets/smpp}\" }";
    private const string Modem = "{ kind: at-modem, port: /dev/ttyUSB0 }";

    [Theory]
    [InlineData($"driver: {Modem}")]
    [InlineData($"drivers: [{Centre}, {Modem}]")]
    [InlineData($"drivers: [{{ kind: at-modem, port: /dev/ttyUSB0, limits: {{ rate: 6/min, per_day: 100 }} }}, {Centre}]")]
    public void One_way_or_several_are_understood(string ways) => Assert.Empty(Said(ways));

    [Theory]
    [InlineData("country: \"49\"", "BR0404 'driver': there is no way to the network")]
    [InlineData($"driver: {Modem}\ndrivers: [{Centre}]", "BR0404 'drivers': 'driver' is written, too")]
    [InlineData($"drivers: [{Centre}, {{ kind: at-modem }}]", "BR0404 'drivers[1].port': 'kind: at-modem' does not work without it")]
    [InlineData("driver: { kind: at-modem, port: /dev/ttyUSB0, limits: { rate: 6/min } }",
        "BR0404 'driver.limits': where there is one way its limits are those of the endpoint")]
    [InlineData($"drivers: [{Centre}, {{ kind: at-modem, port: /dev/ttyUSB0, limits: {{ per_day: 0 }} }}]",
        "BR0404 'drivers[1].limits.per_day': out of range")]
    public void What_is_wrong_is_said_once(string ways, string said) => Assert.Equal(said, Assert.Single(Said(ways)));

    private static List<string> Said(string ways)
    {
        var yaml = $"version: 1\nendpoints:\n  sms:\n    plugin: sms\n    {ways.Replace("\n", "\n    ", StringComparison.Ordinal)}\n";
        var diagnostics = ConfigReader.ReadText("/etc/bridge/bridge.yaml", yaml, BundledPlugins.Sources with { WithSecrets = false }).Diagnostics;
        return [.. diagnostics.Where(diagnostic => diagnostic.Kind.Code is "BR0404" or "BR0107").Select(diagnostic => $"{diagnostic.Kind.Code} {diagnostic.Message}")];
    }
}
