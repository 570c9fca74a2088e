using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>The suite for every endpoint. The network is a publisher that repeats until it is acknowledged, and a subscriber with a kept session.</summary>
public sealed class BrokerConformance : EndpointConformance
{
    protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) => Task.FromResult<EndpointUnderTest>(new UnderTest(context));

    private sealed class UnderTest : EndpointUnderTest, IEndpoint
    {
        private readonly Channel<string> _arriving = Channel.CreateUnbounded<string>();
        private readonly ConcurrentQueue<string> _transmitted = new();
        private readonly CancellationTokenSource _over = new();
        private readonly IEndpoint _broker;
        private readonly Task _publishing;
        private volatile int _port;
        private volatile bool _breaking;

        public UnderTest(EndpointContext context)
        {
            IPlugin plugin = new MqttPlugin();
            var listening = new EndpointContext
            {
                Id = context.Id,
                Logger = context.Logger,
                Clock = context.Clock,
                Random = context.Random,
                State = context.State,
                Interests = context.Interests,
                Window = context.Window,
                Drops = context.Drops,
                Report = fact => _port = IPEndPoint.Parse(fact["listening on ".Length..]).Port,
            };
            _broker = plugin.Create(listening, new MqttOptions { Embedded = new EmbeddedOptions { Listen = ["127.0.0.1:0"] } });
            Destination = new Address(context.Id, "out/conformance");
            _publishing = PublishAsync();
        }

        public override IEndpoint Endpoint => this;

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted => [.. _transmitted];

        public override Task ArrivesAsync(string text)
        {
            _arriving.Writer.TryWrite(text);
            return Task.CompletedTask;
        }

        /// <summary>A broker has no connection of its own to lose: what ends its run is a store that fails.</summary>
        public override async Task DropConnectionAsync()
        {
            _breaking = true;
            await using var client = await RawClient.OpenAsync(_port);
            await client.SendAsync(RawClient.Hello("breaker", clean: false, expiry: 60));
            await client.ClosedAsync();
        }

        public EndpointCapabilities CapabilitiesOf(Address address) => _broker.CapabilitiesOf(address);

        public ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) => _broker.SendAsync(outbound, cancellationToken);

        public Task RunAsync(IInbox inbox, CancellationToken stopping)
        {
            _breaking = false;
            return _broker.RunAsync(new Inbox(this, inbox), stopping);
        }

        public override async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _publishing;
            await _broker.DisposeAsync();
            await base.DisposeAsync();
        }

        private async Task PublishAsync()
        {
            while (!_over.IsCancellationRequested)
            {
                try
                {
                    await using var client = await RawClient.ConnectAsync(_port, RawClient.Hello("publisher", clean: false, expiry: 60));
                    while (await _arriving.Reader.WaitToReadAsync(_over.Token) && _arriving.Reader.TryPeek(out var text))
                    {
                        await client.PublishAsync("in", text, id: 1);
                        await client.ReadAsync<PubAckPacket>();
                        _arriving.Reader.TryRead(out _);
                    }
                }
                catch (Exception)
                {
                    // Not there, or gone: again, as a publisher does.
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
                }
            }
        }

        private async Task SubscribeAsync(Action subscribed)
        {
            try
            {
                await using var client = await RawClient.ConnectAsync(_port, RawClient.Hello("subscriber", clean: false, expiry: 60));
                await client.SubscribeAsync(Destination.Rest);
                subscribed();
                while (!_over.IsCancellationRequested)
                {
                    _transmitted.Enqueue(await client.ReceiveTextAsync());
                }
            }
            catch (Exception)
            {
                // The run is over; the next one brings it back.
            }
        }

        private sealed class Inbox(UnderTest owner, IInbox inner) : IInbox
        {
            public void Connected() => _ = owner.SubscribeAsync(inner.Connected);

            public ValueTask AcceptAsync(InboundBatch batch) =>
                owner._breaking ? ValueTask.FromException(new IOException("broken by the test")) : inner.AcceptAsync(batch);
        }
    }
}
