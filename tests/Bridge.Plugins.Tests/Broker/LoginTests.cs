using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Who is let in, how fast, and what each may do.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task A_hashed_password_lets_in_the_right_one_and_a_second_time_at_once()
    {
        // So slow that to compute it twice would show.
        await using var broker = await RunningBroker.StartAsync(Users(("hall", new() { PasswordHash = PasswordHash.Of("secret"u8) })));
        await using var first = await ConnectAsync(broker, "hall", "secret");
        Assert.Equal(ReasonCode.Success, first.Answer.Reason);
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            await using var again = await ConnectAsync(broker, "hall", "secret");
            Assert.Equal(ReasonCode.Success, again.Answer.Reason);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 3);
        await using var wrong = await ConnectAsync(broker, "hall", "Secret");
        Assert.Equal(ReasonCode.BadUserNameOrPassword, wrong.Answer.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_empty_password_or_none_is_right_for_nobody(string? password)
    {
        // A configured empty one is refused before (EmbeddedOptionTests); in a hash nobody sees it.
        await using var broker = await RunningBroker.StartAsync(Users(
            ("hashed", new() { PasswordHash = PasswordHash.Of([], PasswordHash.FewestIterations) }), ("plain", new() { Password = new("p") })));
        foreach (var user in (string[])["hashed", "plain", "nobody"])
        {
            await using var client = await RawClient.ConnectAsync(
                broker.Port, Login(user, "", "") with { Password = password is null ? null : Payload.FromText(password) });
            Assert.Equal(ReasonCode.BadUserNameOrPassword, client.Answer.Reason);
        }
    }

    [Fact]
    public async Task Who_proves_a_name_may_have_the_client_id_of_somebody_who_did_not_and_not_the_other_way_round()
    {
        await using var broker = await RunningBroker.StartAsync(Users(("hall", new() { Password = new("secret") })));
        await using var before = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("device") with { CleanStart = false, Version = ProtocolVersion.V311 });
        Assert.Equal(ReasonCode.Success, before.Answer.Reason);
        await using var now = await RawClient.ConnectAsync(broker.Port, Login("hall", "secret", "device") with { CleanStart = false });
        Assert.Equal((ReasonCode.Success, false), (now.Answer.Reason, now.Answer.SessionPresent));
        await using var again = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("device"));
        Assert.Equal(ReasonCode.NotAuthorized, again.Answer.Reason);
    }

    [Fact]
    public async Task Slow_passwords_do_not_make_others_wait()
    {
        await using var broker = await RunningBroker.StartAsync(Users(("slow", new() { PasswordHash = PasswordHash.Of("secret"u8, 8_000_000) })));
        var slow = ConnectAsync(broker, "slow", "wrong");
        await using var other = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("other"));
        Assert.False(slow.IsCompleted);
        await using var refused = await slow;
    }

    [Fact]
    public async Task Who_fails_again_and_again_is_not_listened_to_and_others_are()
    {
        await using var broker = await RunningBroker.StartAsync(Users(("hall", new() { Password = new("hall") }), ("attic", new() { Password = new("attic") })));
        for (var i = 0; i < 10; i++)
        {
            await using var wrong = await ConnectAsync(broker, "hall", $"{i}");
            Assert.Equal(ReasonCode.BadUserNameOrPassword, wrong.Answer.Reason);
        }

        await using var right = await ConnectAsync(broker, "hall", "hall");
        Assert.Equal(ReasonCode.ConnectionRateExceeded, right.Answer.Reason);
        Assert.Contains("wait a minute", right.Answer.Properties.Text(PropertyId.ReasonString), StringComparison.Ordinal);
        await using var other = await ConnectAsync(broker, "attic", "attic");
        Assert.Equal(ReasonCode.Success, other.Answer.Reason);
    }

    [Fact]
    public async Task Guesses_side_by_side_are_no_more_than_one_after_the_other()
    {
        await using var broker = await RunningBroker.StartAsync(Users(("hall", new() { PasswordHash = PasswordHash.Of("secret"u8, PasswordHash.FewestIterations) })));
        var guesses = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => ConnectAsync(broker, "hall", $"{i}")));
        Assert.InRange(guesses.Count(guess => guess.Answer.Reason == ReasonCode.BadUserNameOrPassword), 10, 15);
        foreach (var guess in guesses)
        {
            await guess.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_who_are_right_come_in_side_by_side()
    {
        await using var broker = await RunningBroker.StartAsync(Users(("hall", new() { PasswordHash = PasswordHash.Of("secret"u8, PasswordHash.FewestIterations) })));
        var clients = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ConnectAsync(broker, "hall", "secret")));
        Assert.All(clients, client => Assert.Equal(ReasonCode.Success, client.Answer.Reason));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Filters_of_a_user_may_hold_its_name_and_client_id_and_a_name_cannot_widen_them()
    {
        var user = new EmbeddedUser { Password = new("p"), Publish = ["up/%u/%c"], Subscribe = ["down/%c/#"] };
        await using var broker = await RunningBroker.StartAsync(Users(("hall", user)));
        await using var client = await ConnectAsync(broker, "hall", "p", "c1");
        Assert.Equal(
            [ReasonCode.GrantedQoS1, ReasonCode.NotAuthorized],
            (await client.SubscribeAsync(new Subscription("down/c1/x", QoS.AtLeastOnce), new Subscription("down/c2/x", QoS.AtLeastOnce))).Reasons);
        await client.PublishAsync("up/hall/c1", "heard", id: 1);
        Assert.Equal(ReasonCode.Success, (await client.ReadAsync<PubAckPacket>()).Reason);
        Assert.Equal((ReasonCode.NotAuthorized, ReasonCode.PacketIdentifierNotFound), await client.PublishOnceAsync("up/hall/c2", "not heard", 2));
        await using var sly = await ConnectAsync(broker, "hall", "p", "+");
        Assert.Equal([ReasonCode.NotAuthorized], (await sly.SubscribeAsync("down/+/x")).Reasons);
        await using var will = await RawClient.ConnectAsync(broker.Port, Login("hall", "p", "c3") with { Will = new Will { Topic = "up/hall/c1" } });
        Assert.Equal(ReasonCode.NotAuthorized, will.Answer.Reason);
        Assert.Equal(["heard"], broker.Texts);
    }

    [Fact]
    public async Task A_client_id_that_connects_without_end_is_slowed_down()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Connects = 3 } });
        var answers = new List<ReasonCode>();
        for (var i = 0; i < 4; i++)
        {
            await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("twin"));
            answers.Add(client.Answer.Reason);
        }

        Assert.Equal([ReasonCode.Success, ReasonCode.Success, ReasonCode.Success, ReasonCode.ConnectionRateExceeded], answers);
        await using var other = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("other"));
        Assert.Equal(ReasonCode.Success, other.Answer.Reason);
        await broker.DroppedAsync("limits.connects");
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$pbkdf2-sha256$i=999$c2FsdHNhbHRzYWx0$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0")]
    [InlineData("$pbkdf2-sha256$i=99999999$c2FsdHNhbHRzYWx0$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0")]
    [InlineData("$pbkdf2-sha1$i=600000$c2FsdHNhbHRzYWx0$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0")]
    [InlineData("$pbkdf2-sha256$i=600000$c2FsdA$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0")]
    [InlineData("$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0$hpkX5Jay0")]
    [InlineData("$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0=")]
    [InlineData("$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0$")]
    public void What_is_no_hash_is_none(string text) => Assert.Null(PasswordHash.Parse(text));

    [Fact]
    public void A_hash_reads_back_as_itself_and_does_not_print()
    {
        var hash = PasswordHash.Of("secret"u8, PasswordHash.FewestIterations);
        Assert.Equal(hash, PasswordHash.Parse(hash.Reveal()));
        Assert.NotEqual(hash, PasswordHash.Of("secret"u8, PasswordHash.FewestIterations));
        Assert.Equal("***", $"{hash}");
        // By another implementation (Python's hashlib).
        var known = PasswordHash.Parse("$pbkdf2-sha256$i=600000$ZXhhbXBsZSBvZiBhIHNhbA$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0");
        Assert.True(known!.Matches("example"u8));
    }

    private static EmbeddedOptions Users(params (string Name, EmbeddedUser User)[] users) => new() { Users = users.ToDictionary(user => user.Name, user => user.User) };

    private static ConnectPacket Login(string user, string password, string clientId) =>
        RawClient.Hello(clientId) with { Username = user, Password = Payload.FromText(password) };

    private static Task<RawClient> ConnectAsync(RunningBroker broker, string user, string password, string clientId = "") =>
        RawClient.ConnectAsync(broker.Port, Login(user, password, clientId));
}
