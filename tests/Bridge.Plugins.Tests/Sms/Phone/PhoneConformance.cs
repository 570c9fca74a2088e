using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Matrix;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Sms.Phone;

/// <summary>The endpoint at the double of a phone that calls when something comes in.</summary>
public sealed class PhoneConformance : EndpointConformance
{
    protected override async Task<EndpointUnderTest> StartAsync(EndpointContext context) =>
        new AtPhone(await PhoneDouble.StartAsync(), await EndpointFront.StartAsync("sms"), context);

    private sealed class AtPhone : EndpointUnderTest
    {
        private readonly PhoneDouble _phone;
        private readonly EndpointFront _front;
        private readonly TimeProvider _clock;
        private int _arrived;

        public AtPhone(PhoneDouble phone, EndpointFront front, EndpointContext context)
        {
            (_phone, _front, _clock) = (phone, front, context.Clock);
            _phone.InboxStatus = 501;
            var options = RunningPhone.OptionsFor(phone);
            Endpoint = ((IPlugin)new SmsPlugin()).Create(
                context, options with { Driver = RunningPhone.Called(options.Driver!) with { Callback = front.Url } });
            Destination = new Address(context.Id, "+4915112345678");
            _front.Endpoint = (IServeHttp)Endpoint;
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => [.. _phone.All.Select(taken => taken.Text)];

        public override IReadOnlyList<string> Secrets => [PhoneDouble.Password, PhoneCalls.SigningKey];

        public override Task ArrivesAsync(string text)
        {
            var at = TimeProvider.System.GetUtcNow().AddMilliseconds(Interlocked.Increment(ref _arrived));
            _phone.Calls.Tell("sms:received", PhoneCalls.Of(_phone.Receive("+4915112345678", text, at)));
            return Task.CompletedTask;
        }

        /// <summary>HTTP has no connection to lose: the phone is away for as long as it takes to be noticed.</summary>
        public override async Task DropConnectionAsync()
        {
            await _phone.CloseAsync();
            while (await Endpoint.SendAsync(Anything(), CancellationToken.None) is not SendResult.Deferred { Why: "not connected" })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }

            await _phone.OpenAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await _phone.DisposeAsync();
            await _front.DisposeAsync();
            await base.DisposeAsync();
        }

        private Outbound Anything() => new()
        {
            Key = new DeliveryKey("noticed"), Event = EventId.New(TimeProvider.System), To = Destination, Content = MessagePosted.Of("x"),
            OccurredAt = _clock.GetUtcNow(),
        };
    }
}
