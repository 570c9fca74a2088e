using System.Globalization;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Matrix;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Sms.Kannel;

/// <summary>The endpoint at the double of Kannel, which brings its messages over HTTP.</summary>
public sealed class KannelConformance : EndpointConformance
{
    protected override async Task<EndpointUnderTest> StartAsync(EndpointContext context) =>
        new AtKannel(await KannelDouble.StartAsync(), await EndpointFront.StartAsync("sms"), context);

    private sealed class AtKannel : EndpointUnderTest
    {
        private readonly KannelDouble _kannel;
        private readonly EndpointFront _front;
        private int _ids;

        public AtKannel(KannelDouble kannel, EndpointFront front, EndpointContext context)
        {
            (_kannel, _front) = (kannel, front);
            var options = RunningSms.OptionsFor(kannel);
            Endpoint = ((IPlugin)new SmsPlugin()).Create(context, options with { Driver = options.Driver! with { Callback = front.Url } });
            Destination = new Address(context.Id, "+4915112345678");
            _front.Endpoint = (IServeHttp)Endpoint;
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => _kannel.Messages;

        public override IReadOnlyList<string> Secrets => [RunningSms.Secret, KannelDouble.Password];

        public override Task ArrivesAsync(string text)
        {
            var id = Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture);
            _kannel.Bring($"{_front.Url}/message?secret={RunningSms.Secret}&id={id}&from=%2B4915112345678&to=12345&time=1795334733", Encoding.UTF8.GetBytes(text));
            return Task.CompletedTask;
        }

        /// <summary>HTTP has no connection to lose: Kannel is away for as long as it takes to be noticed.</summary>
        public override async Task DropConnectionAsync()
        {
            await _kannel.CloseAsync();
            while (await Endpoint.SendAsync(Anything(), CancellationToken.None) is not SendResult.Deferred { Why: "not connected" })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }

            await _kannel.OpenAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await _kannel.DisposeAsync();
            await _front.DisposeAsync();
            await base.DisposeAsync();
        }

        private Outbound Anything() => new()
        {
            Key = new DeliveryKey("noticed"), Event = EventId.New(TimeProvider.System), To = Destination, Content = MessagePosted.Of("x"), OccurredAt = TimeProvider.System.GetUtcNow(),
        };
    }
}
