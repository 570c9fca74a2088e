using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>The endpoint at the double of an SMS centre.</summary>
public sealed class SmppConformance : EndpointConformance
{
    protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) => Task.FromResult<EndpointUnderTest>(new AtCentre(context));

    private sealed class AtCentre : EndpointUnderTest
    {
        private readonly SmscDouble _centre = SmscDouble.Start();

        public AtCentre(EndpointContext context)
        {
            Endpoint = ((IPlugin)new SmsPlugin()).Create(context, RunningSmpp.OptionsFor(_centre.Url));
            Destination = new Address(context.Id, "+4915112345678");
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => _centre.Messages;

        public override IReadOnlyList<string> Secrets => [SmscDouble.Password];

        public override Task ArrivesAsync(string text)
        {
            _centre.Bring(SmscDouble.From("4915112345678", Encoding.ASCII.GetBytes(text)));
            return Task.CompletedTask;
        }

        public override Task DropConnectionAsync()
        {
            _centre.Drop();
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await _centre.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
