using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Matrix;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Sms.Twilio;

/// <summary>The endpoint at the double of Twilio, which calls when something comes in.</summary>
public sealed class TwilioConformance : EndpointConformance
{
    protected override async Task<EndpointUnderTest> StartAsync(EndpointContext context) =>
        new AtTwilio(await TwilioDouble.StartAsync(), await EndpointFront.StartAsync("sms"), context);

    private sealed class AtTwilio : EndpointUnderTest
    {
        private readonly TwilioDouble _twilio;
        private readonly EndpointFront _front;
        private int _ids;

        public AtTwilio(TwilioDouble twilio, EndpointFront front, EndpointContext context)
        {
            (_twilio, _front) = (twilio, front);
            var options = RunningTwilio.OptionsFor(twilio);
            Endpoint = ((IPlugin)new SmsPlugin()).Create(context, options with { Driver = options.Driver! with { Callback = front.Url } });
            Destination = new Address(context.Id, "+4915112345678");
            _front.Endpoint = (IServeHttp)Endpoint;
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => [.. _twilio.All.Select(taken => taken.Text)];

        public override IReadOnlyList<string> Secrets => [TwilioCalls.Token];

        public override Task ArrivesAsync(string text)
        {
            var id = "SM" + Interlocked.Increment(ref _ids).ToString("x32", CultureInfo.InvariantCulture);
            _twilio.Calls.Tell(_front.Url + "/message", TwilioCalls.Message(id, "+4915112345678", text));
            return Task.CompletedTask;
        }

        /// <summary>HTTP has no connection to lose: Twilio is away for as long as it takes to be noticed.</summary>
        public override async Task DropConnectionAsync()
        {
            await _twilio.CloseAsync();
            while (await Endpoint.SendAsync(Anything(), CancellationToken.None) is not SendResult.Deferred { Why: "not connected" })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }

            await _twilio.OpenAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await _twilio.DisposeAsync();
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
