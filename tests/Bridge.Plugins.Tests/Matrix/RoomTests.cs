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
