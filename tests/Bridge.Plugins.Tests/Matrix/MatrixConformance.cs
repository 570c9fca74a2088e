using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>The application service at the homeserver double; a person in the room says and sees.</summary>
public sealed class MatrixConformance : EndpointConformance
{
    protected override async Task<EndpointUnderTest> StartAsync(EndpointContext context)
    {
        var front = await EndpointFront.StartAsync();
        var service = new AppService { Url = front.Url, AsToken = "canary-as-token", HsToken = "canary-hs-token" };
        return new AtHomeserver(await Homeserver.StartAsync(null, service), front, service, context);
    }

    private sealed class AtHomeserver : EndpointUnderTest
    {
        private readonly Homeserver _homeserver;
        private readonly EndpointFront _front;
        private readonly MatrixUser _anna;
        private readonly string _room;

        public AtHomeserver(Homeserver homeserver, EndpointFront front, AppService service, EndpointContext context)
        {
            (_homeserver, _front) = (homeserver, front);
            _anna = homeserver.User("anna");
            _room = _anna.CreateRoom(isPublic: true);
            var endpoint = (MatrixEndpoint)((IPlugin)new MatrixPlugin()).Create(context, new MatrixOptions
            {
                Homeserver = homeserver.Url,
                Appservice = new AppserviceOptions { Id = service.Id, AsToken = new Secret(service.AsToken), HsToken = new Secret(service.HsToken) },
            });
            Endpoint = endpoint;
            Destination = new Address(context.Id, _room);
            _front.Endpoint = endpoint;
            var bot = $"@{service.SenderLocalpart}:{homeserver.ServerName}";
            _anna.Send(_room, new { users = new Dictionary<string, int> { [_anna.Id] = 100, [bot] = 50 } }, "m.room.power_levels", "");
            _anna.Invite(_room, bot);
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination { get; }

        public override IReadOnlyList<string> Transmitted =>
            [.. _homeserver.EventsIn(_room, happened => happened.Type == "m.room.message" && happened.Sender != _anna.Id).Select(happened => happened.Body!)];

        public override IReadOnlyList<string> Secrets => ["canary-as-token", "canary-hs-token"];

        public override async Task ArrivesAsync(string text)
        {
            _anna.Say(_room, text);
            await Task.CompletedTask;
        }

        /// <summary>HTTP has no connection to lose: the homeserver is away for as long as it takes to be noticed.</summary>
        public override async Task DropConnectionAsync()
        {
            _homeserver.Faults.Everywhere(Fault.ProxyError(502));
            var asked = _homeserver.Count(Operation.Versions);
            await Endpoint.SendAsync(
                new Outbound
                {
                    Key = new DeliveryKey("noticed"), Event = EventId.New(TimeProvider.System), To = Destination, Content = new TypingChanged(false),
                    Sender = new Sender("x"), Source = new Address(new EndpointId("y"), "z"), OccurredAt = TimeProvider.System.GetUtcNow(),
                },
                CancellationToken.None);
            while (_homeserver.Count(Operation.Versions) < asked + 2)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }

            _homeserver.Faults.Clear();
        }

        public override async ValueTask DisposeAsync()
        {
            await _homeserver.DisposeAsync();
            await _front.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
