using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Client;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Mqtt;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>The client at the real Mosquitto; another client publishes to it and hears what it sends.</summary>
public sealed class MqttConformance : EndpointConformance
{
    protected override async Task<EndpointUnderTest> StartAsync(EndpointContext context)
    {
        var broker = await MosquittoBroker.StartNewAsync();
        var peer = new RunningEndpoint(new MqttOptions { Url = broker.Url, Session = new SessionOptions { ClientId = "peer" } }, [AtMosquitto.Topic]);
        await peer.ConnectedAsync();
        return new AtMosquitto(broker, peer, context);
    }

    private sealed class AtMosquitto : EndpointUnderTest
    {
        public const string Topic = "destination/q7x";

        private const string Canary = "canary-password";

        private readonly MosquittoBroker _broker;
        private readonly RunningEndpoint _peer;
        private readonly MqttOptions _options;
        private readonly EndpointContext _context;

        public AtMosquitto(MosquittoBroker broker, RunningEndpoint peer, EndpointContext context)
        {
            (_broker, _peer) = (broker, peer);
            _options = new MqttOptions { Url = broker.Url, Username = "user", Password = new Secret(Canary) };
            _context = new EndpointContext
            {
                Id = context.Id,
                Logger = context.Logger,
                Clock = context.Clock,
                Random = context.Random,
                State = context.State,
                Window = context.Window,
                Drops = context.Drops,
                Report = context.Report,
                Interests = ["in"],
            };
            Endpoint = ((IPlugin)new MqttPlugin()).Create(_context, _options);
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination => new(_context.Id, Topic);

        public override IReadOnlyList<string> Transmitted => _peer.Texts;

        public override IReadOnlyList<string> Secrets => [Canary];

        public override async Task ArrivesAsync(string text) => await _peer.Send(RunningEndpoint.Data("in", text));

        /// <summary>Another connection with the same client id takes the session over, and goes.</summary>
        public override async Task DropConnectionAsync()
        {
            await using var usurper = await BrokerLink.OpenAsync(ClientSettings.From(_options, _context), TimeProvider.System, CancellationToken.None);
        }

        public override async ValueTask DisposeAsync()
        {
            await Endpoint.DisposeAsync();
            await _peer.DisposeAsync();
            await _broker.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
