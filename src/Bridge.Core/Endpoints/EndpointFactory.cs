using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Bridge.Core.Endpoints;

/// <summary>Makes stopped endpoints of their configuration.</summary>
/// <param name="pluginOf">The plugin of a name; null when there is none that loaded.</param>
/// <param name="parkReason">Why nothing can be delivered to an endpoint although it runs; null for most.</param>
/// <param name="around">What all supervisors share.</param>
/// <param name="store">Holds the endpoints' state.</param>
/// <param name="sealer">Seals it.</param>
/// <param name="blobs">Where they store attachments.</param>
/// <param name="loggers">For the endpoints' own logs.</param>
public sealed class EndpointFactory(
    Func<string, IPlugin?> pluginOf,
    Func<EndpointConfig, string?> parkReason,
    EndpointSupervisor.Surroundings around,
    IStore store,
    Sealer sealer,
    IBlobs blobs,
    ILoggerFactory loggers)
{
    /// <summary>How many events an endpoint may have handed over that are not yet durable: enough to fill a group commit twice.</summary>
    private const int Window = 2_000;

    public CreatedEndpoint Create(EndpointConfig config)
    {
        if (!config.Enabled)
        {
            return Parked(config, "switched off (enabled: false)");
        }

        if (config.Failure is { } failure)
        {
            return Parked(config, $"its plugin '{config.Plugin}' did not load: {failure}");
        }

        if (pluginOf(config.Plugin) is not { } plugin)
        {
            return Parked(config, $"its plugin '{config.Plugin}' is not loaded");
        }

        var random = new Random();
        var facts = new EndpointFacts();
        try
        {
            var endpoint = plugin.Create(ContextOf(config, random, facts), config.Options);
            var filter = FilterOf(config, plugin.Description.Addresses);
            var handle = new EndpointHandle(config.Id, endpoint, config.Limits, around.Clock, filter, parkReason(config), facts);
            return new CreatedEndpoint(handle, new EndpointSupervisor(handle, endpoint, filter, around, random));
        }
        catch (Exception thrown)
        {
            // A plugin that cannot even make its endpoint: that endpoint is down, the daemon is not.
            var why = $"its plugin could not make it: {FailureReason.Of(thrown)}";
            around.Telemetry.EndpointLost(config.Id, why, TimeSpan.Zero, again: false);
            return Parked(config, why);
        }
    }

    private CreatedEndpoint Parked(EndpointConfig config, string why) => new(new EndpointHandle(config.Id, null, config.Limits, around.Clock, parkReason: why), null);

    private EndpointContext ContextOf(EndpointConfig config, Random random, EndpointFacts facts) => new()
    {
        Id = config.Id,
        Logger = loggers.CreateLogger($"Bridge.Endpoint.{config.Id}"),
        Clock = around.Clock,
        Random = random,
        State = new SealedState(config.Id, store, sealer),
        Blobs = blobs,
        Window = Window,
        Interests = config.Interests,
        Drops = around.Telemetry.DropsOf(config.Id),
        Report = fact =>
        {
            facts.Say(fact);
            around.Telemetry.EndpointSays(config.Id, fact);
        },
    };

    private static AddressFilter FilterOf(EndpointConfig config, AddressStyle style) =>
        config.Allow.Count + config.Deny.Count == 0 ? AddressFilter.Everything : new AddressFilter(config.Allow, config.Deny, style);
}
