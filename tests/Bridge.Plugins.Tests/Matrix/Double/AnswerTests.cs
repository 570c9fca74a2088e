using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Double;

/// <summary>What the homeserver double answers, as facts/matrix.md says of the real one.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Registering_knows_taken_names_and_namespaces()
    {
        await using var side = await ServiceSide.StartAsync();
        await side.GhostAsync("bridge_a");

        Assert.Equal("M_USER_IN_USE", (await Register(side, "bridge_a")).Code);
        Assert.Equal("M_EXCLUSIVE", (await Register(side, "mallory")).Code);
        Assert.Equal(403, (await side.Get("/_matrix/client/v3/account/whoami", "@bridge_nobody:hs.test")).Status);
        Assert.Equal(403, (await side.Get("/_matrix/client/v3/account/whoami", side.Homeserver.User("alice").Id)).Status);
        Assert.Equal("@bridge:hs.test", (await side.Get("/_matrix/client/v3/account/whoami")).Text("user_id"));
        Assert.Equal("M_UNKNOWN_TOKEN", (await side.Get("/_matrix/client/v3/account/whoami", token: "other")).Code);
    }

    [Fact]
    public async Task An_alias_is_taken_once_and_a_member_is_already_in_the_room()
    {
        await using var side = await ServiceSide.StartAsync();
        var ghost = await side.GhostAsync("bridge_a");
        var room = await side.RoomAsync(ghost);
        Assert.Equal(200, (await side.Post("/_matrix/client/v3/createRoom", new { room_alias_name = "bridge_x" })).Status);
        Assert.Equal("M_ROOM_IN_USE", (await side.Post("/_matrix/client/v3/createRoom", new { room_alias_name = "bridge_x" })).Code);
        var again = await side.Post($"/_matrix/client/v3/rooms/{room}/invite", new { user_id = ghost });
        Assert.Equal((403, "M_FORBIDDEN"), (again.Status, again.Code));
        Assert.Contains("already in the room", again.Text("error"), StringComparison.Ordinal);
        Assert.Equal(200, (await side.Post($"/_matrix/client/v3/join/{room}", new { }, ghost)).Status);
    }

    [Theory]
    [InlineData("10"), InlineData("11"), InlineData("12")]
    public async Task Rooms_of_each_version_take_messages_and_redactions(string version)
    {
        await using var side = await ServiceSide.StartAsync();
        await side.GhostAsync("bridge");
        var room = (await side.Post("/_matrix/client/v3/createRoom", new { room_version = version })).Text("room_id");
        Assert.Equal(version != "12", room.Contains(':', StringComparison.Ordinal));
        var sent = (await side.SendAsync(room, "t1", "hello")).Text("event_id");
        Assert.Equal(200, (await side.Put($"/_matrix/client/v3/rooms/{room}/redact/{sent}/t2", new { })).Status);
        Assert.Empty(side.Homeserver.MessagesIn(room));
    }

    [Fact]
    public async Task A_second_same_reaction_and_an_event_too_large_and_a_fraction_are_refused()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var target = (await side.SendAsync(room, "t1", "hello")).Text("event_id");
        var reaction = new Dictionary<string, object> { ["m.relates_to"] = new { rel_type = "m.annotation", event_id = target, key = "+" } };
        Assert.Equal(200, (await side.Put($"/_matrix/client/v3/rooms/{room}/send/m.reaction/r1", reaction)).Status);
        Assert.Equal("M_DUPLICATE_ANNOTATION", (await side.Put($"/_matrix/client/v3/rooms/{room}/send/m.reaction/r2", reaction)).Code);
        var large = await side.SendAsync(room, "t2", new string('x', 70_000));
        Assert.Equal((413, "M_TOO_LARGE"), (large.Status, large.Code));
        Assert.Equal("M_BAD_JSON", (await side.Put($"/_matrix/client/v3/rooms/{room}/send/m.x/t3", new { half = 0.5 })).Code);
    }

    [Fact]
    public async Task Rate_limits_say_so_in_the_header_or_in_the_body_or_not_at_all()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var faults = side.Homeserver.Faults;
        faults.Next(Operation.Send, Fault.RateLimitedWithHeader(TimeSpan.FromSeconds(3)));
        faults.Next(Operation.Send, Fault.RateLimitedWithBodyField(TimeSpan.FromSeconds(3)));
        faults.Next(Operation.Send, Fault.RateLimitedWithNeither);
        faults.Next(Operation.Send, Fault.RateLimitedForADay);

        var header = await side.SendAsync(room, "t1", "x");
        Assert.Equal((429, TimeSpan.FromSeconds(3), false), (header.Status, header.RetryAfter, header.Json.TryGetProperty("retry_after_ms", out _)));
        var body = await side.SendAsync(room, "t1", "x");
        Assert.Equal((null, 3000), (body.RetryAfter, body.Json.GetProperty("retry_after_ms").GetInt32()));
        var neither = await side.SendAsync(room, "t1", "x");
        Assert.Equal((null, false), (neither.RetryAfter, neither.Json.TryGetProperty("retry_after_ms", out _)));
        Assert.Equal(TimeSpan.FromDays(1), (await side.SendAsync(room, "t1", "x")).RetryAfter);
        Assert.Equal(200, (await side.SendAsync(room, "t1", "x")).Status);
    }

    [Fact]
    public async Task Media_need_a_token_and_the_old_path_is_not_found()
    {
        await using var side = await ServiceSide.StartAsync();
        await side.GhostAsync("bridge");
        var uri = (await side.Post("/_matrix/media/v3/upload?filename=a.png", new byte[] { 1, 2, 3 })).Text("content_uri");
        var path = uri["mxc://".Length..];
        Assert.Equal([1, 2, 3], (await side.Get($"/_matrix/client/v1/media/download/{path}")).Body);
        Assert.Equal(404, (await side.Get($"/_matrix/media/v3/download/{path}")).Status);

        side.Homeserver.Options.Media = MediaService.BeforeAuthentication;
        Assert.Equal("M_UNRECOGNIZED", (await side.Get($"/_matrix/client/v1/media/download/{path}")).Code);
        Assert.Equal([1, 2, 3], (await side.Get($"/_matrix/media/v3/download/{path}")).Body);
    }

    [Fact]
    public async Task Timestamps_are_massaged_for_the_service_and_ignored_for_users()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var alice = side.Homeserver.User("alice");
        await side.Post($"/_matrix/client/v3/rooms/{room}/invite", new { user_id = alice.Id });
        alice.Join(room);
        await side.SendAsync(room, "t1", "massaged", query: "?ts=5");
        await side.Put($"/_matrix/client/v3/rooms/{room}/send/m.room.message/t1?ts=5", new { msgtype = "m.text", body = "ignored" }, token: alice.AccessToken);

        Assert.Equal([true, false], side.Homeserver.MessagesIn(room).Select(message => message.Timestamp == 5));
    }

    [Fact]
    public async Task Messages_and_relations_are_read_back_in_pages()
    {
        await using var side = await ServiceSide.StartAsync();
        var room = await side.RoomAsync();
        var first = (await side.SendAsync(room, "t0", "m0")).Text("event_id");
        side.Homeserver.User("alice");
        for (var i = 1; i < 25; i++)
        {
            await side.SendAsync(room, $"t{i}", $"m{i}");
        }

        List<string> read = [];
        for (string? from = null; ;)
        {
            var page = await side.Get($"/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=10{(from is null ? "" : "&from=" + from)}");
            read.AddRange(page.Json.GetProperty("chunk").EnumerateArray().Where(found => found.GetProperty("type").GetString() == "m.room.message")
                .Select(found => found.GetProperty("content").GetProperty("body").GetString()!));
            if (!page.Json.TryGetProperty("end", out var end))
            {
                break;
            }

            from = end.GetString();
        }

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"m{i}"), read);
        await side.Put($"/_matrix/client/v3/rooms/{room}/send/m.reaction/r1", new Dictionary<string, object> { ["m.relates_to"] = new { rel_type = "m.annotation", event_id = first, key = "+" } });
        Assert.Single((await side.Get($"/_matrix/client/v1/rooms/{room}/relations/{first}/m.annotation")).Json.GetProperty("chunk").EnumerateArray());
    }

    [Fact]
    public async Task A_client_syncs_and_knows_its_own_events_by_their_transaction_id()
    {
        await using var side = await ServiceSide.StartAsync();
        var (alice, bob) = (side.Homeserver.User("alice"), side.Homeserver.User("bob"));
        var room = alice.CreateRoom("r", isPublic: true);
        var start = (await side.Get("/_matrix/client/v3/sync?timeout=0", token: alice.AccessToken)).Text("next_batch");
        bob.Join(room);
        for (var i = 0; i < 15; i++)
        {
            bob.Say(room, $"m{i}");
        }

        await side.Put($"/_matrix/client/v3/rooms/{room}/send/m.room.message/own", new { msgtype = "m.text", body = "mine" }, token: alice.AccessToken);
        var synced = (await side.Get($"/_matrix/client/v3/sync?timeout=30000&since={start}", token: alice.AccessToken)).Json;
        var timeline = synced.GetProperty("rooms").GetProperty("join").GetProperty(room).GetProperty("timeline");
        Assert.True(timeline.GetProperty("limited").GetBoolean());
        Assert.Equal(10, timeline.GetProperty("events").GetArrayLength());
        Assert.Equal("own", timeline.GetProperty("events")[9].GetProperty("unsigned").GetProperty("transaction_id").GetString());

        var waiting = side.Get($"/_matrix/client/v3/sync?timeout=30000&since={synced.GetProperty("next_batch").GetString()}", token: alice.AccessToken);
        bob.Say(room, "woken");
        Assert.Contains("woken", (await waiting).Json.GetRawText(), StringComparison.Ordinal);
    }

    private static Task<Said> Register(ServiceSide side, string localpart) =>
        side.Post("/_matrix/client/v3/register", new { type = "m.login.application_service", username = localpart, inhibit_login = true });
}
