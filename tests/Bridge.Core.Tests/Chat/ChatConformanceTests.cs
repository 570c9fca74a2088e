using Bridge.Abstractions;
using Bridge.Testing.Chat;
using Bridge.Testing.Endpoints;

namespace Bridge.Core.Tests.Chat;

/// <summary>The chat network's endpoint keeps the contract.</summary>
public sealed class ChatConformanceTests : EndpointConformance
{
    protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) => Task.FromResult<EndpointUnderTest>(new OverSocket(context));

    private sealed class OverSocket : EndpointUnderTest
    {
        private readonly ChatNetwork _network = new() { Echoes = false };
        private readonly EndpointContext _context;

        public OverSocket(EndpointContext context)
        {
            _context = context;
            Endpoint = new ChatEndpoint(context, new ChatOptions { Socket = _network.Socket });
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination => new(_context.Id, "room-q7x");

        public override IReadOnlyList<string> Transmitted => [.. _network.Sends.Where(send => send.Event is { Kind: ChatKind.Message, Text: not null }).Select(send => send.Event.Text!)];

        public override Task ArrivesAsync(string text)
        {
            _network.Says(Destination.Rest, "ada", text);
            return Task.CompletedTask;
        }

        public override Task DropConnectionAsync()
        {
            _network.Drop();
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _network.DisposeAsync();
        }
    }
}
