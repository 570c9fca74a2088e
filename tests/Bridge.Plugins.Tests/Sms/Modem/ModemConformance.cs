using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Sms.Modem;

/// <summary>The endpoint at the double of a modem.</summary>
public sealed class ModemConformance : EndpointConformance
{
    protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) => Task.FromResult<EndpointUnderTest>(new AtNetwork(context));

    private sealed class AtNetwork : EndpointUnderTest
    {
        private const string Pin = "739152";
        private readonly ModemNetwork _network = new();
        private readonly ModemDouble _modem;

        public AtNetwork(EndpointContext context)
        {
            _modem = _network.Add(RunningModem.Number);
            _modem.Pin = Pin;
            var options = RunningModem.OptionsFor(_modem);
            Endpoint = ((IPlugin)new SmsPlugin()).Create(context, options with { Driver = options.Driver! with { Pin = new Secret(Pin) } });
            Destination = new Address(context.Id, "+4915112345678");
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => _network.Texts;

        public override IReadOnlyList<string> Secrets => [Pin];

        public override Task ArrivesAsync(string text)
        {
            _network.Bring(_modem, "+4915112345678", text);
            return Task.CompletedTask;
        }

        public override Task DropConnectionAsync()
        {
            _modem.Unplug();
            _modem.Plug();
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            _network.Dispose();
            await base.DisposeAsync();
        }
    }
}
