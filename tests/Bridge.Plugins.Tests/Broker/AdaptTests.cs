using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Options that change while clients are connected.</summary>
public sealed class AdaptTests
{
    private static readonly EmbeddedOptions s_same = new() { Listen = ["127.0.0.1:0"] };
    private static readonly EmbeddedUser s_hall = new() { Password = new Secret("hall") };
    private static readonly EmbeddedOptions s_before = Users(("hall", s_hall), ("attic", new() { Password = new Secret("attic") }));

    [Fact]
    public async Task A_user_who_was_removed_or_whose_password_changed_goes_and_all_others_stay()
    {
        await using var broker = await RunningBroker.StartAsync(Users(("hall", s_hall), ("attic", s_hall), ("gone", s_hall)));
        await using var hall = await ConnectAsync(broker, "hall", "hall");
        await using var attic = await ConnectAsync(broker, "attic", "hall");
        await using var gone = await ConnectAsync(broker, "gone", "hall");
        await using var anonymous = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));

        Assert.True(broker.TryAdapt(Users(("hall", s_hall with { }), ("attic", new() { Password = new Secret("new") }))));

        foreach (var cut in (RawClient[])[attic, gone])
        {
            var disconnect = await cut.ReadAsync<DisconnectPacket>();
            Assert.Equal(ReasonCode.NotAuthorized, disconnect.Reason);
            Assert.Contains("removed, or its password", disconnect.Properties.Text(PropertyId.ReasonString), StringComparison.Ordinal);
            Assert.Null(await cut.ReadAsync());
        }

        await hall.NothingMoreAsync();
        await anonymous.NothingMoreAsync();
        await using var old = await ConnectAsync(broker, "attic", "hall");
        Assert.Equal(ReasonCode.BadUserNameOrPassword, old.Answer.Reason);
        await using var renewed = await ConnectAsync(broker, "attic", "new");
        Assert.Equal(ReasonCode.Success, renewed.Answer.Reason);
    }

    [Fact]
    public async Task Permissions_change_under_a_connected_client_and_under_its_subscriptions()
    {
        await using var broker = await RunningBroker.StartAsync(s_before);
        await using var hall = await ConnectAsync(broker, "hall", "hall");
        await hall.SubscribeAsync("#");
        Assert.True(broker.TryAdapt(Users(("hall", s_hall with { Subscribe = ["hall/#"], Publish = ["hall/#"] }))));
        await broker.Send("attic", "hidden");
        await broker.Send("hall/x", "shown");
        Assert.Equal("shown", await hall.ReceiveTextAsync());
        await hall.PublishAsync("attic", "not allowed", id: 1);
        Assert.Equal(ReasonCode.NotAuthorized, (await hall.ReadAsync<PubAckPacket>()).Reason);
        await broker.DroppedAsync("may not see any more");
        Assert.True(broker.TryAdapt(Users(("hall", s_hall))));
        await broker.Send("attic", "shown again");
        Assert.Equal("shown again", await hall.ReceiveTextAsync());
    }

    [Fact]
    public async Task What_routes_listen_to_changes_without_a_client_noticing()
    {
        await using var broker = await RunningBroker.StartAsync(interests: ["a"]);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        await client.PublishAsync("b", "unheard", id: 1);
        await client.ReadAsync<PubAckPacket>();
        Assert.True(broker.TryAdapt(s_same, "b"));
        await client.PublishAsync("b", "heard", id: 2);
        await client.ReadAsync<PubAckPacket>();
        Assert.Equal(["heard"], broker.Texts);
    }

    [Fact]
    public async Task Nobody_anonymous_stays_where_nobody_anonymous_may_be_and_limits_count_from_now_on()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var anonymous = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        Assert.True(broker.TryAdapt(s_before with { Anonymous = AnonymousAccess.Never, Limits = new() { Packet = new(500) } }));
        Assert.Equal(ReasonCode.NotAuthorized, await anonymous.ClosedAsync());
        await using var hall = await ConnectAsync(broker, "hall", "hall");
        Assert.Equal(500u, hall.Answer.Properties.Number(PropertyId.MaximumPacketSize));
    }

    [Fact]
    public async Task Another_address_to_listen_on_needs_a_restart_and_changes_nothing()
    {
        await using var broker = await RunningBroker.StartAsync();
        Assert.False(broker.TryAdapt(new EmbeddedOptions { Listen = ["127.0.0.1:1"] }));
    }

    private static EmbeddedOptions Users(params (string Name, EmbeddedUser User)[] users) =>
        s_same with { Users = users.ToDictionary(user => user.Name, user => user.User) };

    private static Task<RawClient> ConnectAsync(RunningBroker broker, string user, string password) =>
        RawClient.ConnectAsync(broker.Port, RawClient.Hello(user) with { Username = user, Password = Payload.FromText(password) });
}
