using System.Text;
using System.Text.Json;
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

    [Fact]
    public async Task What_was_said_while_it_was_away_is_heard_in_order_and_once_however_much_it_is()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        anna.Say(room, "first");
        await matrix.HeardAsync(ReceivingTests.Says("first"));
        await matrix.StopAsync();
        for (var i = 0; i < 350; i++)
        {
            anna.Say(room, $"n{i}");
        }

        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("n349"));
        Assert.Equal(Enumerable.Range(0, 350).Select(i => $"n{i}").Prepend("first"), matrix.HeardTexts);
    }

    [Fact]
    public async Task Behind_a_limit_what_was_said_meanwhile_is_read_on_from_where_it_was_limited()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        for (var i = 0; i < 350; i++)
        {
            anna.Say(room, $"n{i}");
        }

        var read = matrix.Homeserver.Count(Operation.Messages);
        var asked = 0;
        matrix.Homeserver.Faults.When(
            call => call.Operation == Operation.Messages && Interlocked.Increment(ref asked) % 2 == 0, Fault.RateLimitedWithBodyField(TimeSpan.FromMilliseconds(10)));
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("n349"));
        Assert.Equal(Enumerable.Range(0, 350).Select(i => $"n{i}"), matrix.HeardTexts);
        Assert.Empty(matrix.Failures);
        var pages = matrix.Homeserver.Calls.Where(call => call.Operation == Operation.Messages).Skip(read).ToList();
        Assert.All(pages.Where(call => call.Answer!.Status == 429), limited => Assert.Equal(limited.Query["from"], pages[pages.IndexOf(limited) + 1].Query["from"]));
        Assert.Contains(pages, call => call.Answer!.Status == 429);
    }

    [Fact]
    public async Task A_room_whose_history_the_homeserver_refuses_holds_up_neither_itself_nor_the_others()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        for (var i = 0; i < 350; i++)
        {
            anna.Say(room, $"n{i}");
        }

        matrix.Homeserver.Faults.Always(Operation.Messages, new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "no")));
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("n349"));
        Assert.Equal(1, Assert.Single(matrix.Memory.Dropped).Value);
        Assert.Contains("some of it is lost", Assert.Single(matrix.Reports), StringComparison.Ordinal);
        Assert.Empty(matrix.Failures);
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

    [Theory]
    [InlineData(100, false)]
    [InlineData(10, false)]
    [InlineData(100, true)]
    [InlineData(10, true)]
    public async Task What_is_too_much_for_one_answer_is_heard_in_smaller_ones(int tooMuch, bool takesTooLong)
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        Flood(anna, room);
        var fault = takesTooLong ? Fault.ProxyError(504) : new Fault.Answers(new Answer(200, new byte[32_000_001]));
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Sync && EventsOf(call) >= tooMuch, fault);
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("n149"));
        Assert.Equal(Enumerable.Range(0, 150).Select(i => $"n{i}"), matrix.HeardTexts);
        Assert.Empty(matrix.Failures);
    }

    [Fact]
    public async Task The_first_time_hardly_anything_is_asked_for_of_rooms_since_nothing_of_it_is_news()
    {
        await using var matrix = await PrepareAsync();
        Together(matrix);
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Sync && EventsOf(call) > 1, new Fault.Answers(new Answer(200, new byte[32_000_001])));
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        Assert.Equal(1, EventsOf(matrix.Homeserver.Calls.First(call => call.Operation == Operation.Sync)));
    }

    [Fact]
    public async Task A_room_that_became_encrypted_in_a_gap_that_is_not_given_is_known_as_encrypted()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.Delivered(matrix.From(room, "in the clear"));
        await matrix.StopAsync();
        anna.Send(room, new { algorithm = "m.megolm.v1.aes-sha2" }, "m.room.encryption", "");
        Flood(anna, room);
        matrix.Homeserver.Faults.Always(Operation.Messages, new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "no")));
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("n149"));
        Assert.Contains("encrypted", Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From(room, "secret"))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_room_that_was_upgraded_in_a_gap_that_is_not_given_is_followed()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix, isPublic: true);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        var next = anna.Upgrade(room);
        Flood(anna, room);
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Messages && call.Query.ContainsKey("to"), new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "no")));
        await matrix.RestartAsync();
        await matrix.UntilAsync(() => IsIn(matrix, next));
        anna.Say(next, "now");
        await matrix.HeardAsync(inbound => ReceivingTests.Says("now")(inbound) && inbound.Address == RunningMatrix.At(room));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    public async Task What_was_said_before_the_account_was_removed_is_heard_and_the_removal_is_said(int said)
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        var help = Enumerable.Range(0, said).Select(number => $"help {number}").ToList();
        help.ForEach(text => anna.Say(room, text));
        anna.Kick(room, "@helper:hs.test");
        anna.Say(room, "among ourselves");
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says(help[^1]));
        await matrix.UntilAsync(() => matrix.Reports.Count > 0);
        Assert.Equal(help, matrix.HeardTexts);
        Assert.Contains("removed the bot", Assert.Single(matrix.Reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_room_that_the_account_was_asked_into_and_never_came_to_says_nothing()
    {
        await using var matrix = await PrepareAsync();
        var (anna, room) = Together(matrix);
        matrix.Homeserver.User("helper");
        await matrix.ConnectAsync();
        await SyncedAsync(matrix);
        await matrix.StopAsync();
        var never = anna.CreateRoom();
        anna.Say(never, "among ourselves");
        anna.Invite(never, "@helper:hs.test");
        anna.TakeBackInvitation(never, "@helper:hs.test");
        anna.Say(room, "now");
        await matrix.RestartAsync();
        await matrix.HeardAsync(ReceivingTests.Says("now"));
        Assert.Equal(["now"], matrix.HeardTexts);
        Assert.Empty(matrix.Reports);
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

    private static Task<RunningMatrix> PrepareAsync() =>
        RunningMatrix.PrepareAsync(options => options with { Appservice = null, AccessToken = new Secret("syt_helper") });

    /// <summary>More than one answer has.</summary>
    private static void Flood(MatrixUser user, string room)
    {
        for (var i = 0; i < 150; i++)
        {
            user.Say(room, $"n{i}");
        }
    }

    private static (MatrixUser Anna, string Room) Together(RunningMatrix matrix, bool isPublic = false)
    {
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom(isPublic: isPublic);
        anna.Invite(room, "@helper:hs.test");
        matrix.Homeserver.User("helper").Join(room);
        return (anna, room);
    }

    private static bool IsIn(RunningMatrix matrix, string room) =>
        matrix.Homeserver.StateOf(room, "m.room.member", "@helper:hs.test")?.GetProperty("membership").GetString() == "join";

    /// <summary>How many of each room it asks for.</summary>
    private static int EventsOf(MatrixCall sync) =>
        JsonDocument.Parse(sync.Query["filter"]).RootElement.GetProperty("room").GetProperty("timeline").GetProperty("limit").GetInt32();

    /// <summary>It knows from where on it hears.</summary>
    private static Task SyncedAsync(RunningMatrix matrix) => matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("sync/since"));
}
