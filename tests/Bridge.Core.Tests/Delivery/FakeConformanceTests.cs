using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

/// <summary>The fake endpoint keeps the contract it stands in for.</summary>
public sealed class FakeConformanceTests : EndpointConformance
{
    protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) => Task.FromResult<EndpointUnderTest>(new UnderTest(context, new FakeEndpoint()));

    internal sealed class UnderTest(EndpointContext context, FakeEndpoint endpoint) : EndpointUnderTest
    {
        public override IEndpoint Endpoint => endpoint;

        public override Address Destination => new(context.Id, "the/room");

        public override IReadOnlyList<string> Transmitted => [.. endpoint.Sent.Select(sent => sent.Content is DataReported data
            ? System.Text.Encoding.UTF8.GetString(data.Payload.Bytes.Span)
            : DeliveryRig.TextOf(sent))];

        public override Task ArrivesAsync(string text)
        {
            endpoint.Receives(InboundBatch.Of(new Inbound { Address = Destination, Event = MessagePosted.Of(text) }));
            return Task.CompletedTask;
        }

        public override Task DropConnectionAsync()
        {
            endpoint.Drop();
            return Task.CompletedTask;
        }
    }
}

/// <summary>The kit finds what it is there to find.</summary>
public sealed class ConformanceKitTests
{
    [Fact]
    public Task It_finds_an_endpoint_that_prints_texts() =>
        FailsAsync(context => new Talkative(context), kit => kit.It_prints_no_text_address_or_secret());

    [Fact]
    public Task It_finds_an_endpoint_that_acknowledges_what_was_not_stored() =>
        FailsAsync(_ => new Careless(), kit => kit.It_hands_over_again_what_could_not_be_stored());

    [Fact]
    public Task It_finds_an_endpoint_that_does_not_stop() =>
        FailsAsync(_ => new Stubborn(), kit => kit.It_stops_within_five_seconds_and_hands_over_nothing_afterwards());

    [Fact]
    public Task It_finds_an_endpoint_that_refuses_what_it_declares() =>
        FailsAsync(_ => new FakeEndpoint { Answer = _ => new SendResult.Refused("no") }, kit => kit.It_sends_each_kind_it_declares());

    private static async Task FailsAsync(Func<EndpointContext, IEndpoint> make, Func<Kit, Task> test) =>
        await Assert.ThrowsAnyAsync<Exception>(() => test(new Kit(make)));

    private sealed class Kit(Func<EndpointContext, IEndpoint> make) : EndpointConformance
    {
        protected override TimeSpan Patience => TimeSpan.FromSeconds(1);

        protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) =>
            Task.FromResult<EndpointUnderTest>(new FakeConformanceTests.UnderTest(context, (FakeEndpoint)make(context)));
    }

    private sealed class Talkative : FakeEndpoint
    {
        public Talkative(EndpointContext context) => Answer = outbound =>
        {
            context.Report("sent " + DeliveryRig.TextOf(outbound));
            return new SendResult.Delivered();
        };
    }

    private sealed class Careless : FakeEndpoint, IEndpoint
    {
        async Task IEndpoint.RunAsync(IInbox inbox, CancellationToken stopping) => await RunAsync(new Swallowing(inbox), stopping);

        private sealed class Swallowing(IInbox inner) : IInbox
        {
            public void Connected() => inner.Connected();

            public async ValueTask AcceptAsync(InboundBatch batch)
            {
                try
                {
                    await inner.AcceptAsync(batch);
                }
                catch (IOException)
                {
                    // Acknowledged all the same: this is the fault.
                }
            }
        }
    }

    private sealed class Stubborn : FakeEndpoint, IEndpoint
    {
        Task IEndpoint.RunAsync(IInbox inbox, CancellationToken stopping) => RunAsync(inbox, CancellationToken.None);
    }
}
