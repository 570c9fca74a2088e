using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Matrix;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Sms.Webhook;

/// <summary>The endpoint at the double of a service, which calls when something comes in.</summary>
public sealed class WebhookConformance : EndpointConformance
{
    protected override async Task<EndpointUnderTest> StartAsync(EndpointContext context) =>
        new AtService(await WebhookDouble.StartAsync(new VonageShape()), await EndpointFront.StartAsync("sms"), context);

    private sealed class AtService : EndpointUnderTest
    {
        private readonly WebhookDouble _service;
        private readonly EndpointFront _front;
        private int _ids;

        public AtService(WebhookDouble service, EndpointFront front, EndpointContext context)
        {
            (_service, _front) = (service, front);
            var options = Services.OptionsFor(service);
            Endpoint = ((IPlugin)new SmsPlugin()).Create(context, options with { Driver = options.Driver! with { Callback = front.Url } });
            Destination = new Address(context.Id, "+4915112345678");
            _front.Endpoint = (IServeHttp)Endpoint;
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => [.. _service.All.Select(taken => taken.Text)];

        public override IReadOnlyList<string> Secrets => [ServiceShape.Password, ServiceShape.Secret];

        public override Task ArrivesAsync(string text)
        {
            _service.Bring(_front.Url, "m" + Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture), "+4915112345678", text);
            return Task.CompletedTask;
        }

        /// <summary>HTTP has no connection to lose: the service is away for as long as it takes to be noticed.</summary>
        public override async Task DropConnectionAsync()
        {
            await _service.CloseAsync();
            while (await Endpoint.SendAsync(Anything(), CancellationToken.None) is not SendResult.Deferred { Why: "not connected" })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }

            await _service.OpenAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await _service.DisposeAsync();
            await _front.DisposeAsync();
            await base.DisposeAsync();
        }

        private Outbound Anything() => new()
        {
            Key = new DeliveryKey("noticed"), Event = EventId.New(TimeProvider.System), To = Destination, Content = MessagePosted.Of("x"),
            OccurredAt = TimeProvider.System.GetUtcNow(),
        };
    }
}
