using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Broker;
using Bridge.Plugin.Mqtt.Protocol;

[assembly: BridgePlugin(typeof(Bridge.Plugin.Mqtt.MqttPlugin))]

namespace Bridge.Plugin.Mqtt;

/// <summary>Speaks MQTT 3.1.1 and 5. The rest of an address is a topic; of a pattern, a topic filter.</summary>
public sealed class MqttPlugin : Plugin<MqttOptions>
{
    /// <inheritdoc/>
    public override PluginDescription Description { get; } = new()
    {
        Name = "mqtt",
        Addresses = AddressStyle.Levels,
        Carries = EventFeature.Text | EventFeature.Data,
        DestinationOptions =
        [
            new("retain", ["true", "false"], "Whether the broker keeps the message for later subscribers; false unless written."),
            new("qos", ["0", "1", "2"], "The quality of service; without it a forwarded message keeps its own and all others have 1."),
        ],
        CheckDestination = Topic.FaultOfName,
        CheckPattern = FaultOfPattern,
    };

    /// <inheritdoc/>
    protected override IEnumerable<OptionProblem> Check(MqttOptions options) =>
        options.Embedded is { } embedded ? [.. OptionChecks.Of(options), .. EmbeddedChecks.Of(embedded)] : OptionChecks.Of(options);

    /// <inheritdoc/>
    protected override IEndpoint Create(EndpointContext context, MqttOptions options) =>
        options.Embedded is { } embedded ? new BrokerEndpoint(context, embedded) : new MqttEndpoint(context, options);

    private static string? FaultOfPattern(string filter) =>
        filter.StartsWith("$share/", StringComparison.Ordinal)
            ? "shared subscriptions are not supported: two bridges on one would break the order and the memory of rules"
            : Topic.FaultOfFilter(filter);
}
