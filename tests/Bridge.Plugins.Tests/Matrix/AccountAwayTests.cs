using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>One account that was away: what it hears of it when it comes back.</summary>
public sealed class AccountAwayTests
{
    [Fact]
    public async Task What_was_said_while_it_was_away_is_heard_in_order_and_once_however_much_it_is()
    {
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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
    [InlineData(100, false)]
    [InlineData(10, false)]
    [InlineData(100, true)]
    [InlineData(10, true)]
    public async Task What_is_too_much_for_one_answer_is_heard_in_smaller_ones(int tooMuch, bool takesTooLong)
    {
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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
        await using var matrix = await AccountTests.PrepareAsync();
        AccountTests.Together(matrix);
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Sync && EventsOf(call) > 1, new Fault.Answers(new Answer(200, new byte[32_000_001])));
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
        Assert.Equal(1, EventsOf(matrix.Homeserver.Calls.First(call => call.Operation == Operation.Sync)));
    }

    [Fact]
    public async Task A_room_that_became_encrypted_in_a_gap_that_is_not_given_is_known_as_encrypted()
    {
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix, isPublic: true);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
        await matrix.StopAsync();
        var next = anna.Upgrade(room);
        Flood(anna, room);
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Messages && call.Query.ContainsKey("to"), new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "no")));
        await matrix.RestartAsync();
        await matrix.UntilAsync(() => AccountTests.IsIn(matrix, next));
        anna.Say(next, "now");
        await matrix.HeardAsync(inbound => ReceivingTests.Says("now")(inbound) && inbound.Address == RunningMatrix.At(room));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    public async Task What_was_said_before_the_account_was_removed_is_heard_and_the_removal_is_said(int said)
    {
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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
        await using var matrix = await AccountTests.PrepareAsync();
        var (anna, room) = AccountTests.Together(matrix);
        matrix.Homeserver.User("helper");
        await matrix.ConnectAsync();
        await AccountTests.SyncedAsync(matrix);
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

    /// <summary>More than one answer has.</summary>
    private static void Flood(MatrixUser user, string room)
    {
        for (var i = 0; i < 150; i++)
        {
            user.Say(room, $"n{i}");
        }
    }

    /// <summary>How many of each room it asks for.</summary>
    private static int EventsOf(MatrixCall sync) =>
        JsonDocument.Parse(sync.Query["filter"]).RootElement.GetProperty("room").GetProperty("timeline").GetProperty("limit").GetInt32();
}
