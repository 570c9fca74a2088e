using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Direct chats that people begin with a ghost.</summary>
public sealed class BegunChatTests
{
    private const string Ghost = "@bridge_modem_=2b491700001:hs.test";
    private static readonly Address s_far = new(new EndpointId("modem"), "+491700001");

    [Fact]
    public async Task An_invited_ghost_comes_with_the_bot_and_the_room_is_the_conversation()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.StartChat(Ghost);
        var begun = await matrix.HeardAsync(inbound => inbound.Event is ConversationRequested);
        Assert.Equal((new ConversationRequested([s_far]), RunningMatrix.At(room), anna.Id), (begun.Event, begun.Address, begun.Sender!.Value));
        Assert.Equal("invite", MembershipOf(matrix, room, Ghost));

        Assert.Equal(RunningMatrix.At(room), await OpenedAsync(matrix, room));
        Assert.Equal(RunningMatrix.At(room), await OpenedAsync(matrix, room)); // the answer was lost
        Assert.Equal(("join", "join"), (MembershipOf(matrix, room, Ghost), MembershipOf(matrix, room, "@bridge:hs.test")));
        await matrix.Delivered(matrix.From(room, "hello"));
        anna.Say(room, "hi");
        Assert.Equal(RunningMatrix.At(room), (await matrix.HeardAsync(ReceivingTests.Says("hi"))).Address);
        Assert.Equal(Ghost, Assert.Single(matrix.Homeserver.MessagesIn(room), said => said.Body == "hello").Sender);
    }

    [Theory]
    [InlineData(null, "Ada (modem)")]
    [InlineData("Our chat", "Our chat")]
    public async Task The_room_says_what_it_stands_for_and_keeps_a_name_that_it_has(string? before, string name)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.StartChat(Ghost);
        if (before is not null)
        {
            anna.Send(room, new { name = before }, "m.room.name", stateKey: "");
        }

        await OpenedAsync(matrix, room, "Ada (modem)");
        await OpenedAsync(matrix, room, "Ada (modem)"); // the answer was lost
        Assert.Equal(name, matrix.Homeserver.StateOf(room, "m.room.name", "")!.Value.GetProperty("name").GetString());
        foreach (var type in (string[])["m.bridge", "uk.half-shot.bridge"])
        {
            var info = matrix.Homeserver.StateOf(room, type, "bridge://matrix/k1")!.Value;
            Assert.Equal(("modem", "Ada (modem)"), (info.GetProperty("protocol").GetProperty("id").GetString(), info.GetProperty("channel").GetProperty("displayname").GetString()));
        }
    }

    [Fact]
    public async Task A_room_whose_maker_lets_nobody_change_it_is_used_as_it_is()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.StartChat(Ghost);
        anna.Send(room, new { users = new Dictionary<string, int> { [anna.Id] = 100 }, invite = 0 }, "m.room.power_levels", stateKey: "");
        Assert.Equal(RunningMatrix.At(room), await OpenedAsync(matrix, room, "Ada (modem)"));
        Assert.Null(matrix.Homeserver.StateOf(room, "m.bridge", "bridge://matrix/k1"));
        await matrix.Delivered(matrix.From(room, "hello"));
    }

    [Fact]
    public async Task What_is_said_before_the_ghost_is_there_is_heard_once_and_in_order()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.StartChat(Ghost);
        anna.Say(room, "one");
        anna.Say(room, "two");
        await matrix.HeardAsync(inbound => inbound.Event is ConversationRequested);
        await OpenedAsync(matrix, room);
        await OpenedAsync(matrix, room); // the answer was lost
        anna.Say(room, "three");
        await matrix.HeardAsync(ReceivingTests.Says("three"));
        Assert.Equal(["one", "two", "three"], matrix.HeardTexts.Distinct()); // Core leaves out what it knows by its id
        Assert.All(matrix.Heard.Where(inbound => inbound.Event is MessagePosted), inbound => Assert.False(inbound.Historic));
    }

    [Fact]
    public async Task A_ghost_that_is_invited_into_a_room_of_several_waits_until_it_has_something_to_say()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        anna.Invite(room, Ghost);
        anna.Say(room, "last");
        await matrix.HeardAsync(ReceivingTests.Says("last"));
        Assert.DoesNotContain(matrix.Heard, inbound => inbound.Event is ConversationRequested);
        await matrix.Delivered(matrix.From(room, "hello"));
        Assert.Equal("join", MembershipOf(matrix, room, Ghost));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_it_cannot_work_a_room_is_made(bool isEncrypted)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.StartChat(Ghost, isEncrypted);
        if (!isEncrypted)
        {
            anna.TakeBackInvitation(room, Ghost);
        }

        var made = (await OpenedAsync(matrix, room)).Rest;
        Assert.NotEqual(room, made);
        Assert.Equal("invite", MembershipOf(matrix, made, anna.Id));
    }

    [Fact]
    public async Task Who_has_such_a_conversation_already_is_told_where_and_the_ghost_leaves()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var anna = matrix.Homeserver.User("anna");
        var there = anna.StartChat(Ghost);
        await OpenedAsync(matrix, there);
        var room = anna.StartChat(Ghost);
        var answer = Answer(matrix, room, new ConversationAnswered(s_far, RunningMatrix.At(there)), anna.Id);
        await matrix.Send(answer);
        await matrix.Send(answer); // as after a crash
        var said = Assert.Single(matrix.Homeserver.MessagesIn(room));
        Assert.Equal((Ghost, "m.notice"), (said.Sender, said.Text("msgtype")));
        Assert.Contains(Uri.EscapeDataString(there).Replace("%3A", ":", StringComparison.Ordinal), said.Body, StringComparison.Ordinal);
        Assert.Equal(("leave", "join"), (MembershipOf(matrix, room, Ghost), MembershipOf(matrix, there, Ghost)));
    }

    [Fact]
    public async Task A_ghost_that_is_asked_back_into_its_own_conversation_comes_and_says_nothing()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = matrix.Homeserver.User("anna").StartChat(Ghost);
        await matrix.Send(Answer(matrix, room, new ConversationAnswered(s_far, RunningMatrix.At(room))));
        Assert.Equal("join", MembershipOf(matrix, room, Ghost));
        Assert.Empty(matrix.Homeserver.MessagesIn(room));
    }

    [Theory]
    [InlineData("no link makes it", "leave", 1)]
    [InlineData(null, "leave", 0)]
    public async Task A_ghost_that_has_no_business_there_leaves_and_says_why_to_whom_it_may(string? why, string membership, int said)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        await matrix.Delivered(matrix.From(RunningMatrix.RoomOf(matrix.Homeserver.User("anna")), "hello")); // there is that ghost
        var room = matrix.Homeserver.User("eve").StartChat(Ghost);
        await matrix.Send(Answer(matrix, room, new ConversationAnswered(s_far, At: null, why is null ? null : new MessageText(why))));
        Assert.Equal((membership, said), (MembershipOf(matrix, room, Ghost), matrix.Homeserver.MessagesIn(room).Count));
    }

    [Fact]
    public async Task A_stranger_makes_no_ghosts()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = matrix.Homeserver.User("eve").StartChat(Ghost);
        await matrix.Send(Answer(matrix, room, new ConversationAnswered(s_far, At: null)));
        Assert.False(matrix.Homeserver.Knows(Ghost));
    }

    [Theory]
    [InlineData("modem", "+491700001")]
    [InlineData("my_modem", "Bob_x")]
    [InlineData("chat", "@anna:example.org")]
    [InlineData("chat", "müde/1")]
    public void A_ghosts_id_says_whom_it_stands_for(string network, string sender)
    {
        var id = GhostId.Of("bridge_", new EndpointId(network), new Sender(sender), "ex.org");
        Assert.Contains(new Address(new EndpointId(network), sender), GhostId.Read(id, "bridge_", "ex.org"));
    }

    [Theory]
    [InlineData("@bridge_modem_=2B49:ex.org")] // no ghost is written so
    [InlineData("@bridge_modem:ex.org")]
    [InlineData("@bridge_modem_:ex.org")]
    [InlineData("@bridge_modem_=ff:ex.org")]
    [InlineData("@bridge_modem_=:ex.org")]
    [InlineData("@bridge_modem_ü:ex.org")]
    [InlineData("@bridge__x:ex.org")]
    public void An_id_that_no_ghost_has_stands_for_nobody(string id) => Assert.Empty(GhostId.Read(id, "bridge_", "ex.org"));

    private static Outbound Answer(RunningMatrix matrix, string room, ConversationAnswered answered, string? asker = null) => matrix.From(room, answered, asker);

    private static async Task<Address> OpenedAsync(RunningMatrix matrix, string room, string? name = null)
    {
        var request = new ConversationRequest
        {
            Key = "k1",
            For = s_far,
            Name = name is null ? null : new MessageText(name),
            Invite = [new Sender("@anna:hs.test")],
            Offer = new ConversationOffer(RunningMatrix.At(room), s_far),
        };
        return Assert.IsType<OpenResult.Opened>(await matrix.Endpoint.OpenAsync(request, TestContext.Current.CancellationToken)).Address;
    }

    private static string? MembershipOf(RunningMatrix matrix, string room, string user) =>
        matrix.Homeserver.StateOf(room, "m.room.member", user) is { ValueKind: JsonValueKind.Object } member ? member.GetProperty("membership").GetString() : null;
}
