using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Rooms that Bridge makes, ghosts in them, and people it speaks for.</summary>
public sealed class RoomTests
{
    [Theory]
    [InlineData("10")]
    [InlineData("11")]
    [InlineData("12")]
    public async Task A_room_is_made_named_and_says_what_it_stands_for(string version)
    {
        await using var matrix = await RunningMatrix.StartAsync(options => options with { Rooms = new RoomOptions { Version = version } });
        var anna = matrix.Homeserver.User("anna");
        var room = await OpenedAsync(matrix, Request("k1", anna.Id));
        Assert.Equal("Bo", matrix.Homeserver.StateOf(room, "m.room.name")?.GetProperty("name").GetString());
        Assert.Equal("invite", matrix.Homeserver.StateOf(room, "m.room.member", anna.Id)?.GetProperty("membership").GetString());
        var info = matrix.Homeserver.StateOf(room, "m.bridge", "bridge://matrix/k1")!.Value;
        Assert.Equal(("modem", "k1"), (info.GetProperty("protocol").GetProperty("id").GetString(), info.GetProperty("channel").GetProperty("id").GetString()));
        anna.Join(room);
        await matrix.Delivered(matrix.From(room, "hello"));
        anna.Say(room, "hi");
        Assert.Equal(RunningMatrix.At(room), (await matrix.HeardAsync(ReceivingTests.Says("hi"))).Address);
    }

    [Fact]
    public async Task A_room_that_was_made_just_before_a_crash_is_found_again()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        matrix.Homeserver.Faults.Next(Operation.CreateRoom, Fault.AnswerLost);
        Assert.IsType<OpenResult.Deferred>(await OpenAsync(matrix, Request("k1", anna.Id)));
        await matrix.RestartAsync();
        var room = await OpenedAsync(matrix, Request("k1", anna.Id));
        Assert.Equal(room, Assert.Single(matrix.Homeserver.Rooms).Id);
        Assert.Equal(room, matrix.Homeserver.RoomOf("#bridge_matrix_k1:hs.test"));
    }

    [Fact]
    public async Task A_person_is_reached_in_one_direct_chat_also_after_a_restart()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        await matrix.Delivered(matrix.From("@anna:hs.test", "alert", sender: null));
        await matrix.RestartAsync();
        await matrix.Delivered(matrix.From("@anna:hs.test", "again", sender: null));
        var room = Assert.Single(matrix.Homeserver.Rooms).Id;
        anna.Join(room);
        anna.Say(room, "ok");
        Assert.Equal(RunningMatrix.At("@anna:hs.test"), (await matrix.HeardAsync(ReceivingTests.Says("ok"))).Address);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_left_the_direct_chat_is_asked_in_again_before_anything_is_said_there(bool restarted)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        await matrix.Delivered(matrix.From(anna.Id, "one", sender: null));
        var room = Assert.Single(matrix.Homeserver.Rooms).Id;
        anna.Join(room);
        anna.Leave(room);
        await matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("left/" + anna.Id));
        if (restarted)
        {
            await matrix.RestartAsync();
        }

        await matrix.Delivered(matrix.From(anna.Id, "two", sender: null));
        Assert.Equal("invite", matrix.Homeserver.StateOf(room, "m.room.member", anna.Id)?.GetProperty("membership").GetString());
        await matrix.Delivered(matrix.From(anna.Id, "three", sender: null));
        Assert.Equal(1, matrix.Homeserver.Count(Operation.Invite)); // the first came with the room

        anna.Leave(room);
        await matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("left/" + anna.Id));
        matrix.Homeserver.Faults.Always(Operation.Invite, new Fault.Answers(Answer.Error(403, "M_INVITE_BLOCKED", "no")));
        var refused = Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From(anna.Id, "four", sender: null)));
        Assert.Contains("cannot be invited", refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_in_the_direct_chat_that_was_made_before_is_invited_to_it_or_not_reached()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        await matrix.Delivered(matrix.From(anna.Id, "one", sender: null));
        var room = Assert.Single(matrix.Homeserver.Rooms).Id;
        await ForgottenAsync();
        matrix.Homeserver.Faults.Next(Operation.Invite, Fault.ProxyError(502));
        Assert.IsType<SendResult.Uncertain>(await matrix.Send(matrix.From(anna.Id, "two", sender: null)));
        matrix.Homeserver.Faults.Next(Operation.Invite, new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "no")));
        Assert.Contains("invited", Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From(anna.Id, "two", sender: null))).Why, StringComparison.Ordinal);
        await matrix.Delivered(matrix.From(anna.Id, "two", sender: null));
        Assert.Equal("invite", matrix.Homeserver.StateOf(room, "m.room.member", anna.Id)?.GetProperty("membership").GetString());
        Assert.Equal(1, matrix.Homeserver.CountOf(room, "two"));

        // As if Bridge had been killed before it could write down the room, and she had never been invited.
        async Task ForgottenAsync()
        {
            await matrix.Memory.CommitAsync(InboundBatch.Of(new StateChange($"name/{anna.Id}", null)));
            anna.Join(room);
            anna.Leave(room);
            await matrix.RestartAsync();
        }
    }

    [Fact]
    public async Task A_ghost_is_registered_once_and_renamed_only_when_its_name_changes()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, "1"));
        var (registered, named) = (matrix.Homeserver.Count(Operation.Register), matrix.Homeserver.Count(Operation.SetProfile));
        await matrix.Delivered(matrix.From(room, "2"));
        await matrix.RestartAsync();
        await matrix.Delivered(matrix.From(room, "3"));
        await matrix.Delivered(matrix.From(room, "4", name: null));
        Assert.Equal((registered + 1, named), (matrix.Homeserver.Count(Operation.Register), matrix.Homeserver.Count(Operation.SetProfile))); // the bot's own, at the start
        await matrix.Delivered(matrix.From(room, "5", name: "Alexander"));
        Assert.Equal(named + 1, matrix.Homeserver.Count(Operation.SetProfile));
    }

    [Fact]
    public async Task A_ghost_and_a_room_show_their_picture_which_is_brought_once()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var picture = (await matrix.Blobs.StoreAsync(new MemoryStream(png), 1000, TestContext.Current.CancellationToken)).Id;
        var room = await OpenedAsync(matrix, Request("k1", anna.Id) with { Picture = picture });
        var sender = new Sender("+491700001", "Al") { Picture = picture };
        await matrix.Delivered(matrix.From(room, "1") with { Sender = sender });
        await matrix.Delivered(matrix.From(room, "2") with { Sender = sender });
        var address = matrix.Homeserver.StateOf(room, "m.room.avatar")!.Value.GetProperty("url").GetString()!;
        Assert.Equal(("image/png", png.Length), (matrix.Homeserver.Media(address)!.Value.ContentType, matrix.Homeserver.Media(address)!.Value.Bytes.Length));
        Assert.Equal(address, matrix.Homeserver.StateOf(room, "m.room.member", "@bridge_modem_=2b491700001:hs.test")!.Value.GetProperty("avatar_url").GetString());
        Assert.Equal(1, matrix.Homeserver.MediaCount);
    }

    [Fact]
    public async Task A_known_person_speaks_for_himself_and_is_not_heard_as_somebody_new()
    {
        var puppets = new AppService { Id = "puppets", AsToken = "puppet-token", Users = [], Aliases = [], Guests = [new Regex("^@.*:hs\\.test$", RegexOptions.NonBacktracking)] };
        await using var matrix = await RunningMatrix.PrepareAsync(options => options with { DoublePuppets = new PuppetOptions { AsToken = new Secret("puppet-token") } });
        matrix.Homeserver.Register(puppets);
        await matrix.ConnectAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var then = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        await matrix.Delivered(matrix.From(room, "from my phone") with { SenderHere = anna.Id, OccurredAt = then });
        var said = Assert.Single(matrix.Homeserver.MessagesIn(room));
        Assert.Equal(anna.Id, said.Sender);
        anna.Send(room, said.Content); // a copy of the content with its mark is her own word
        anna.Say(room, "last");
        await matrix.HeardAsync(ReceivingTests.Says("last"));
        Assert.Equal(["from my phone", "last"], matrix.HeardTexts);
    }

    [Fact]
    public async Task Homeservers_that_demand_inhibit_login_are_served()
    {
        await using var matrix = await RunningMatrix.StartAsync(server: new HomeserverOptions { RequiresInhibitLogin = true });
        await matrix.Delivered(matrix.From(RunningMatrix.RoomOf(matrix.Homeserver.User("anna")), "hello"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upgraded_room_is_followed_and_keeps_its_address(bool restarts)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        await matrix.Delivered(matrix.From(room, "before"));
        var next = anna.Upgrade(room);
        anna.Invite(next, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.MessagesIn(next).Any(said => said.Body!.Contains("goes on", StringComparison.Ordinal)));
        if (restarts)
        {
            await matrix.RestartAsync();
        }

        anna.Say(next, "here now");
        Assert.Equal(RunningMatrix.At(room), (await matrix.HeardAsync(ReceivingTests.Says("here now"))).Address);
        await DeliveredAsync(matrix, matrix.From(room, "after"));
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
        Assert.Single(matrix.Homeserver.MessagesIn(next), said => said.Body!.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_alias_of_an_upgraded_public_room_leads_to_the_new_one_without_an_invitation()
    {
        await using var matrix = await RunningMatrix.StartAsync(interests: "#alerts:hs.test");
        var anna = matrix.Homeserver.User("anna");
        RunningMatrix.RoomOf(anna, alias: "alerts");
        await matrix.Delivered(matrix.From("#alerts:hs.test", "before"));
        var next = anna.Upgrade(matrix.Homeserver.RoomOf("#alerts:hs.test")!);
        await DeliveredAsync(matrix, matrix.From("#alerts:hs.test", "after"));
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
        anna.Say(next, "ok");
        Assert.Equal(RunningMatrix.At("#alerts:hs.test"), (await matrix.HeardAsync(ReceivingTests.Says("ok"))).Address);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_in_the_successor_before_the_bot_came_is_heard_at_the_old_address(bool restarts)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var next = anna.Upgrade(room);
        var said = Enumerable.Range(0, 150).Select(number => $"meanwhile {number}").ToList();
        said.ForEach(text => anna.Say(next, text));
        if (restarts)
        {
            matrix.Homeserver.Faults.Always(Operation.Messages, Fault.ProxyError(502));
        }

        anna.Invite(next, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.MessagesIn(next).Any(notice => notice.Body!.Contains("goes on", StringComparison.Ordinal)));
        if (restarts)
        {
            await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Messages) > 0);
            await matrix.StopAsync();
            matrix.Homeserver.Faults.Clear();
            await matrix.RestartAsync();
        }

        anna.Say(next, "now");
        await matrix.HeardAsync(ReceivingTests.Says("now"));
        await matrix.HeardAsync(ReceivingTests.Says(said[^1]));
        await matrix.UntilAsync(() => !matrix.Memory.State.Keys.Any(key => key.StartsWith("chore/", StringComparison.Ordinal)));
        Assert.Equal(said, matrix.HeardTexts.Where(said.Contains).Distinct()); // tombstone and invitation may both lead there: Core knows what it has by its id
        Assert.All(matrix.Heard.Where(inbound => inbound.Event is MessagePosted), inbound => Assert.Equal(RunningMatrix.At(room), inbound.Address));
    }

    [Fact]
    public async Task Until_the_bot_is_invited_into_the_successor_what_is_owed_waits()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var next = anna.Upgrade(room);
        var owed = matrix.From(room, "after");
        Assert.Contains("upgraded", Assert.IsType<SendResult.Deferred>(await matrix.Send(owed)).Why, StringComparison.Ordinal);
        anna.Invite(next, "@bridge:hs.test");
        await DeliveredAsync(matrix, owed);
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
    }

    [Fact]
    public async Task What_is_owed_waits_while_the_homeserver_does_not_say_where_the_room_went()
    {
        await using var matrix = await RunningMatrix.StartAsync(interests: "#alerts:hs.test");
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna, alias: "alerts");
        await matrix.Delivered(matrix.From("#alerts:hs.test", "before"));
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.GetState && call.Path.Contains("tombstone", StringComparison.Ordinal), Fault.RateLimitedWithHeader(TimeSpan.FromSeconds(7)));
        var next = anna.Upgrade(room);
        var owed = matrix.From("#alerts:hs.test", "after");
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.IsType<SendResult.Deferred>(await matrix.Send(owed)).After);
        matrix.Homeserver.Faults.Clear();
        await DeliveredAsync(matrix, owed);
        Assert.Equal(1, matrix.Homeserver.CountOf(next, "after"));
    }

    [Fact]
    public async Task A_room_that_points_at_a_room_of_others_leads_nowhere()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var others = matrix.Homeserver.User("ben").CreateRoom();
        matrix.Homeserver.User("ben").Invite(others, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.StateOf(others, "m.room.member", "@bridge:hs.test")?.GetProperty("membership").GetString() == "join");
        anna.Send(room, new { body = "moved", replacement_room = others }, "m.room.tombstone", stateKey: "");
        anna.Say(room, "last");
        await matrix.HeardAsync(ReceivingTests.Says("last"));
        await matrix.Delivered(matrix.From(room, "to anna"));
        Assert.Equal((1, 0), (matrix.Homeserver.CountOf(room, "to anna"), matrix.Homeserver.CountOf(others, "to anna")));
    }

    /// <summary>As Core does, once more while it is deferred.</summary>
    private static async Task DeliveredAsync(RunningMatrix matrix, Outbound outbound)
    {
        SendResult? result = null;
        for (var tries = 0; tries < 500 && result is null or SendResult.Deferred; tries++)
        {
            result = await matrix.Send(outbound);
        }

        Assert.IsType<SendResult.Delivered>(result);
    }

    private static ConversationRequest Request(string key, string invited) => new()
    {
        Key = key,
        For = new Address(new EndpointId("modem"), "+491700001"),
        Name = new MessageText("Bo"),
        IsDirect = true,
        Invite = [new Sender(invited)],
    };

    private static async Task<OpenResult> OpenAsync(RunningMatrix matrix, ConversationRequest request) =>
        await matrix.Endpoint.OpenAsync(request, TestContext.Current.CancellationToken);

    private static async Task<string> OpenedAsync(RunningMatrix matrix, ConversationRequest request) =>
        Assert.IsType<OpenResult.Opened>(await OpenAsync(matrix, request)).Address.Rest;
}
