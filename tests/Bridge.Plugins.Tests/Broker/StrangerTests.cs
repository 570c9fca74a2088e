using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Those who are not let in neither keep out those who are, nor learn who is.</summary>
public sealed class StrangerTests
{
    [Fact]
    public async Task Strangers_who_say_nothing_lock_out_no_user_and_are_let_go()
    {
        await using var broker = await RunningBroker.StartAsync(Limited(new() { Clients = 2 }));
        var strangers = new List<RawClient>();
        for (var i = 0; i < 30; i++)
        {
            strangers.Add(await RawClient.OpenAsync(broker.Port));
        }

        await using var first = await ConnectAsync(broker, "hall", "1");
        await using var second = await ConnectAsync(broker, "hall", "2");
        await using var third = await ConnectAsync(broker, "hall", "3");
        Assert.Equal(
            [ReasonCode.Success, ReasonCode.Success, ReasonCode.ServerBusy],
            new[] { first, second, third }.Select(client => client.Answer.Reason));
        await using var again = await ConnectAsync(broker, "hall", "2");
        Assert.Equal(ReasonCode.Success, again.Answer.Reason);
        await broker.DroppedAsync("had not logged in", 20);
        broker.Clock.Advance(TimeSpan.FromSeconds(11));
        foreach (var stranger in strangers)
        {
            Assert.Null(await stranger.ClosedAsync());
            await stranger.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_user_fills_its_own_sessions_and_no_others()
    {
        await using var broker = await RunningBroker.StartAsync(Limited(new() { Sessions = 3 }));
        for (var i = 0; i < 3; i++)
        {
            await using var client = await ConnectAsync(broker, "hall", $"{i}");
            Assert.Equal(ReasonCode.Success, client.Answer.Reason);
        }

        await using var fourth = await ConnectAsync(broker, "hall", "3");
        Assert.Equal(ReasonCode.QuotaExceeded, fourth.Answer.Reason);
        await using var known = await ConnectAsync(broker, "hall", "1");
        await using var other = await ConnectAsync(broker, "attic", "a");
        await using var unnamed = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("u", expiry: 100));
        Assert.All([known, other, unnamed], client => Assert.Equal(ReasonCode.Success, client.Answer.Reason));
        await broker.DroppedAsync("limits.sessions");
        await known.SendAsync(new DisconnectPacket { Properties = new([MqttProperty.Of(PropertyId.SessionExpiryInterval, 0)]) });
        await known.ClosedAsync();
        await using var next = await ConnectAsync(broker, "hall", "3");
        Assert.Equal(ReasonCode.Success, next.Answer.Reason);
    }

    [Fact]
    public async Task A_user_cannot_take_the_places_of_all_others()
    {
        await using var broker = await RunningBroker.StartAsync(Limited(new() { Clients = 8 }));
        var clients = new List<RawClient>();
        for (var i = 0; i < 7; i++)
        {
            clients.Add(await ConnectAsync(broker, "hall", $"{i}"));
        }

        Assert.Equal(ReasonCode.QuotaExceeded, clients[6].Answer.Reason);
        Assert.All(clients.Take(6), client => Assert.Equal(ReasonCode.Success, client.Answer.Reason));
        await broker.DroppedAsync("limits.user_clients");
        await using var other = await ConnectAsync(broker, "attic", "a");
        await using var again = await ConnectAsync(broker, "hall", "0");
        await clients[1].DisconnectAsync();
        await using var late = await ConnectAsync(broker, "hall", "6");
        Assert.All([other, again, late], client => Assert.Equal(ReasonCode.Success, client.Answer.Reason));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_only_user_may_take_every_place_and_a_written_share_counts()
    {
        var alone = Users(("hall", new() { Password = new("secret") })) with { Anonymous = AnonymousAccess.Never, Limits = new() { Clients = 4 } };
        await using var broker = await RunningBroker.StartAsync(alone);
        await using var first = await ConnectAsync(broker, "hall", "1");
        await using var second = await ConnectAsync(broker, "hall", "2");
        await using var third = await ConnectAsync(broker, "hall", "3");
        await using var fourth = await ConnectAsync(broker, "hall", "4");
        Assert.All([first, second, third, fourth], client => Assert.Equal(ReasonCode.Success, client.Answer.Reason));
        Assert.True(broker.TryAdapt(alone with { Listen = ["127.0.0.1:0"], Limits = new() { Clients = 10, UserClients = 4 } }));
        await using var fifth = await ConnectAsync(broker, "hall", "5");
        Assert.Equal(ReasonCode.QuotaExceeded, fifth.Answer.Reason);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_slowed_down_like_one_that_does()
    {
        await using var broker = await RunningBroker.StartAsync(Limited(new()));
        foreach (var name in (string[])["nobody", "hall", "nobody else"])
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(ReasonCode.BadUserNameOrPassword, await TryAsync(broker, name));
            }

            Assert.Equal(ReasonCode.ConnectionRateExceeded, await TryAsync(broker, name));
        }
    }

    [Fact]
    public async Task A_wrong_password_takes_as_long_for_every_name()
    {
        await using var broker = await RunningBroker.StartAsync(Users(
            ("plain", new() { Password = new("secret") }),
            ("cheap", new() { PasswordHash = PasswordHash.Of("secret"u8, PasswordHash.FewestIterations) }),
            ("dear", new() { PasswordHash = PasswordHash.Of("secret"u8, 60_000) })));
        var fastest = new Dictionary<string, TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            // In turn, so that whatever slows the machine down slows down all.
            foreach (var name in (string[])["plain", "cheap", "dear", "nobody"])
            {
                var began = TimeProvider.System.GetTimestamp();
                Assert.Equal(ReasonCode.BadUserNameOrPassword, await TryAsync(broker, name));
                var took = TimeProvider.System.GetElapsedTime(began);
                fastest[name] = took < fastest.GetValueOrDefault(name, TimeSpan.MaxValue) ? took : fastest[name];
            }
        }

        Assert.All(fastest, pair => Assert.True(pair.Value > fastest["dear"] / 4, $"{pair.Key} is refused sooner"));
    }

    private static async Task<ReasonCode> TryAsync(RunningBroker broker, string name)
    {
        await using var client = await RawClient.ConnectAsync(broker.Port, Login(name, "wrong", ""));
        return client.Answer.Reason;
    }

    private static Task<RawClient> ConnectAsync(RunningBroker broker, string name, string clientId) =>
        RawClient.ConnectAsync(broker.Port, Login(name, "secret", clientId));

    private static ConnectPacket Login(string name, string password, string clientId) =>
        RawClient.Hello(clientId, clean: false, expiry: 100) with { Username = name, Password = Payload.FromText(password) };

    private static EmbeddedOptions Limited(EmbeddedLimits limits) =>
        Users(("hall", new() { Password = new("secret") }), ("attic", new() { Password = new("secret") })) with { Limits = limits };

    private static EmbeddedOptions Users(params (string Name, EmbeddedUser User)[] users) =>
        new() { Users = users.ToDictionary(user => user.Name, user => user.User) };
}
