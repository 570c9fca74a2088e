using System.Text;
using Bridge.Abstractions;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>One account, for those who do not run the homeserver.</summary>
public sealed class AccountTests
{
    [Fact]
    public async Task It_speaks_and_hears_and_says_nothing_of_what_was_before()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        anna.Say(room, "long ago");
        await matrix.ConnectAsync();
        await matrix.Delivered(matrix.From(room, "hello"));
        var said = matrix.Homeserver.MessagesIn(room)[^1];
        Assert.Equal(("@helper:hs.test", "hello"), (said.Sender, said.Body));
        await SyncedAsync(matrix);
        anna.Say(room, "now");
        await matrix.HeardAsync(ReceivingTests.Says("now"));
        Assert.Equal(["now"], matrix.HeardTexts);
        Assert.False(matrix.Endpoint.CapabilitiesOf(RunningMatrix.At(room)).Sends.HasFlag(EventFeature.Identity));
    }

    [Theory]
    [InlineData(70)]
    [InlineData(5_000)]
    public async Task An_event_of_a_stranger_that_nests_deep_makes_no_answer_unreadable(int depth)
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        var content = $$"""{"msgtype":"m.text","body":"deep","a":{{new string('[', depth)}}{{new string(']', depth)}}}""";
        var deep = $$"""{"event_id":"$deep","sender":"{{anna.Id}}","type":"m.room.message","content":{{content}}}""";
        var synced = "{\"next_batch\":\"s0\",\"rooms\":{\"join\":{\"" + room + "\":{\"timeline\":{\"events\":[" + deep + "]}}}}}";
        matrix.Homeserver.Faults.Next(Operation.Sync, new Fault.Answers(new Answer(200, Encoding.UTF8.GetBytes(synced))));
        matrix.Homeserver.Faults.Next(Operation.Messages, new Fault.Answers(new Answer(200, Encoding.UTF8.GetBytes($$"""{"chunk":[{{deep}}]}"""))));
        anna.Say(room, "now");
        await matrix.HeardAsync(ReceivingTests.Says("deep"));
        anna.Say(room, "next");
        await matrix.HeardAsync(ReceivingTests.Says("next"));
        Assert.Single(await matrix.Endpoint.LatestAsync(RunningMatrix.At(room), 5, TestContext.Current.CancellationToken));
        Assert.Empty(matrix.Failures);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_heard_again()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        matrix.Memory.BeforeCommit = _ => throw new IOException("disk full");
        anna.Say(room, "important");
        await matrix.UntilAsync(() => matrix.Failures.Count > 0);
        matrix.Memory.BeforeCommit = null;
        await matrix.HeardAsync(ReceivingTests.Says("important"));
        Assert.Equal(["important"], matrix.HeardTexts);
    }

    [Fact]
    public async Task An_invitation_of_a_local_user_is_accepted_and_typing_is_heard()
    {
        await using var matrix = await PrepareAsync();
        matrix.Homeserver.User("helper");
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom();
        anna.Invite(room, "@helper:hs.test");
        await matrix.UntilAsync(() => IsIn(matrix, room));
        anna.Type(room);
        await matrix.HeardAsync(inbound => inbound.Event is TypingChanged);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(250)]
    public async Task What_was_said_in_a_room_before_the_account_came_is_no_news(int said)
    {
        await using var matrix = await PrepareAsync();
        matrix.Homeserver.User("helper");
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom(name: "Kitchen");
        for (var i = 0; i < said; i++)
        {
            anna.Say(room, $"long ago {i}");
        }

        anna.Invite(room, "@helper:hs.test");
        await matrix.UntilAsync(() => IsIn(matrix, room));
        anna.Say(room, "now");
        var heard = await matrix.HeardAsync(ReceivingTests.Says("now"));
        Assert.Equal("Kitchen", heard.Conversation!.Name!.Value.Value);
        Assert.Equal(["now"], matrix.HeardTexts);
    }

    [Fact]
    public async Task What_was_said_in_the_successor_of_a_room_before_the_account_came_is_heard_at_the_old_address()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        var next = anna.Upgrade(room);
        anna.Say(next, "meanwhile");
        anna.Invite(next, "@helper:hs.test");
        Assert.Equal(RunningMatrix.At(room), (await matrix.HeardAsync(ReceivingTests.Says("meanwhile"))).Address);
        anna.Say(next, "now");
        await matrix.HeardAsync(inbound => ReceivingTests.Says("now")(inbound) && inbound.Address == RunningMatrix.At(room));
    }

    [Fact]
    public async Task Who_only_changes_its_name_does_not_come_and_what_was_said_before_is_heard()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        anna.Say(room, "before");
        matrix.Homeserver.User("helper").SetProfile("Helper");
        anna.Say(room, "after");
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("after"));
        Assert.Equal(["before", "after"], matrix.HeardTexts);
    }

    [Fact]
    public async Task A_repeat_of_a_key_is_the_same_event()
    {
        await using var matrix = await PrepareAsync();
        var (_, room) = Together(matrix);
        await matrix.ConnectAsync();
        var outbound = matrix.From(room, "once");
        var first = await matrix.Delivered(outbound);
        Assert.Equal(first, await matrix.Delivered(outbound));
        Assert.Equal(1, matrix.Homeserver.CountOf(room, "once"));
    }

    [Fact]
    public async Task Rooms_of_an_account_have_aliases_of_its_own_and_are_found_again()
    {
        await using var matrix = await PrepareAsync();
        var (anna, _) = (matrix.Homeserver.User("anna"), matrix.Homeserver.User("helper"));
        await matrix.ConnectAsync();
        matrix.Homeserver.Faults.Next(Operation.CreateRoom, Fault.AnswerLost);
        var request = new ConversationRequest { Key = "k1", Invite = [new Sender(anna.Id)] };
        Assert.IsType<OpenResult.Deferred>(await matrix.Endpoint.OpenAsync(request, TestContext.Current.CancellationToken));
        await matrix.RestartAsync();
        var opened = Assert.IsType<OpenResult.Opened>(await matrix.Endpoint.OpenAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal(matrix.Homeserver.RoomOf("#helper_matrix_k1:hs.test"), opened.Address.Rest);
    }

    [Fact]
    public async Task A_room_that_somebody_else_made_under_an_alias_of_ours_is_not_used()
    {
        await using var matrix = await PrepareAsync();
        var (anna, stranger) = (matrix.Homeserver.User("anna"), matrix.Homeserver.User("stranger"));
        matrix.Homeserver.User("helper");
        await matrix.ConnectAsync();
        var trap = stranger.CreateRoom(isPublic: true, alias: "helper_matrix_k1");
        matrix.Homeserver.User("helper").Join(trap);
        var request = new ConversationRequest { Key = "k1", Invite = [new Sender(anna.Id)] };
        Assert.IsType<OpenResult.Refused>(await matrix.Endpoint.OpenAsync(request, TestContext.Current.CancellationToken));
        Assert.Null(matrix.Homeserver.StateOf(trap, "m.room.member", anna.Id));
    }

    internal static Task<RunningMatrix> PrepareAsync() =>
        RunningMatrix.PrepareAsync(options => options with { Appservice = null, AccessToken = new Secret("syt_helper") });

    internal static (MatrixUser Anna, string Room) Together(RunningMatrix matrix, bool isPublic = false)
    {
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom(isPublic: isPublic);
        anna.Invite(room, "@helper:hs.test");
        matrix.Homeserver.User("helper").Join(room);
        return (anna, room);
    }

    internal static bool IsIn(RunningMatrix matrix, string room) =>
        matrix.Homeserver.StateOf(room, "m.room.member", "@helper:hs.test")?.GetProperty("membership").GetString() == "join";

    /// <summary>It knows from where on it hears.</summary>
    internal static Task SyncedAsync(RunningMatrix matrix) => matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("sync/since"));
}
