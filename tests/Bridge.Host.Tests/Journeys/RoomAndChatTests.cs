using System.Security.Cryptography;
using Bridge.Abstractions;
using Bridge.Testing.Chat;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>Everything that people do in a chat, between a Matrix room and another network, through the real process.</summary>
public sealed class RoomAndChatTests
{
    private const int Between = 10_000;
    private const string Alice = "ghost-@alice:hs.test";
    private const string Ben = "@bridge_far_ben:hs.test";
    private readonly byte[] _picture = RandomNumberGenerator.GetBytes(5_000_000);

    [Fact]
    public async Task Text_formatting_answers_edits_reactions_deletes_receipts_and_typing_go_both_ways_also_after_a_restart()
    {
        await using var both = await RoomAndChat.StartAsync();
        var first = await both.AliceSaysAsync("very bold", "very <b>bold</b>");
        Assert.Equal(("very bold", "alice"), (first.There.Text, first.There.Said.FromName));
        Assert.Equal("""["very ",{"style":"Bold","words":["bold"]}]""", first.There.Said.Format!.ToJsonString());
        var answer = await both.BenSaysAsync("really?", said => said with { ReplyTo = first.There.Id, Format = first.There.Said.Format });
        Assert.Equal(
            (Ben, first.Here, "very <strong>bold</strong>"), (answer.There.Sender, ReplyTo(answer.There), answer.There.Text("formatted_body")));
        await RoundAsync(both, first, answer);

        both.Restart();
        await RoundAsync(both, first, answer);
        await TakeBackAsync(both, first, answer);
    }

    [Fact]
    public async Task A_picture_of_5_MB_goes_both_ways_byte_for_byte()
    {
        await using var both = await RoomAndChat.StartAsync();
        await ShowPicturesAsync(both);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task All_of_it_works_after_10_000_messages_and_a_restart()
    {
        await using var both = await RoomAndChat.StartAsync();
        var first = await both.AliceSaysAsync("the first");
        var answer = await both.BenSaysAsync("really?", said => said with { ReplyTo = first.There.Id });
        for (var number = 0; number < Between; number++)
        {
            both.Alice.Say(both.Room, $"number {number}");
            if (number % 100 == 99)
            {
                await both.UntilAsync(() => both.InChat.Count >= number, "they are in the chat");
            }
        }

        await both.UntilAsync(() => both.InChat.Count == Between + 2, "all are in the chat");
        both.Restart();
        await RoundAsync(both, first, answer);
        await ShowPicturesAsync(both);
        await TakeBackAsync(both, first, answer);
        Assert.Equal(
            Enumerable.Range(0, Between).Select(number => $"number {number}"), both.InChat.Skip(2).Take(Between).Select(message => message.Text));
    }

    /// <summary>May be done again.</summary>
    private static async Task RoundAsync(RoomAndChat both, (string Here, ChatMessage There) first, (string Here, RoomEvent There) answer)
    {
        var edits = first.There.Edits;
        both.Alice.Edit(both.Room, first.Here, $"edited {edits}");
        await both.UntilAsync(() => first.There.Text == $"edited {edits}", "the edit is in the chat");
        both.Network.Does(ChatKind.Edit, RoomAndChat.Chat, "ben", answer.Here, $"really {edits}");
        await both.UntilAsync(() => both.Homeserver.Shown(both.Room, answer.There.Id) == $"really {edits}", "the edit is in the room");

        var liked = both.Alice.React(both.Room, answer.There.Id, "👍");
        var there = both.InChat.Single(message => message.Id == answer.Here);
        await both.UntilAsync(() => there.Reactions.Count == 1, "the reaction is in the chat");
        both.Alice.Redact(both.Room, liked);
        await both.UntilAsync(() => there.Reactions.Count == 0, "the reaction is gone from the chat");
        both.Network.Does(ChatKind.Reaction, RoomAndChat.Chat, "ben", first.There.Id, "👍");
        await both.UntilAsync(() => ReactionsTo(both, first.Here) == 1, "the reaction is in the room");
        both.Network.Does(ChatKind.Unreaction, RoomAndChat.Chat, "ben", first.There.Id, "👍");
        await both.UntilAsync(() => ReactionsTo(both, first.Here) == 0, "the reaction is gone from the room");

        var again = await both.AliceSaysAsync("do you see it?", replyTo: answer.There.Id);
        Assert.Equal(answer.Here, again.There.Said.ReplyTo);
        both.Network.Does(ChatKind.Read, RoomAndChat.Chat, "ben", again.There.Id);
        await both.UntilAsync(() => both.Homeserver.ReadersOf(both.Room, again.Here).Contains(Ben), "the receipt is in the room");
        var last = await both.BenSaysAsync("I do");
        both.Alice.Read(both.Room, last.There.Id);
        await both.UntilAsync(() => both.InChat.Single(message => message.Id == last.Here).ReadBy.Count == 1, "the receipt is in the chat");
        await TypeAsync(both);
    }

    private static async Task TypeAsync(RoomAndChat both)
    {
        both.Alice.Type(both.Room);
        await both.UntilAsync(() => both.Network.ConversationNamed(RoomAndChat.Chat).Typing.Contains(Alice), "typing is in the chat");
        both.Alice.Type(both.Room, typing: false);
        await both.UntilAsync(() => !both.Network.ConversationNamed(RoomAndChat.Chat).Typing.Contains(Alice), "typing has ended in the chat");
        both.Network.Does(ChatKind.Typing, RoomAndChat.Chat, "ben");
        await both.UntilAsync(() => both.Homeserver.TypingIn(both.Room).Contains(Ben), "typing is in the room");
        both.Network.Does(ChatKind.TypingEnded, RoomAndChat.Chat, "ben");
        await both.UntilAsync(() => both.Homeserver.TypingIn(both.Room).Count == 0, "typing has ended in the room");
    }

    private static async Task TakeBackAsync(RoomAndChat both, (string Here, ChatMessage There) first, (string Here, RoomEvent There) answer)
    {
        both.Alice.Redact(both.Room, first.Here);
        await both.UntilAsync(() => first.There.IsDeleted, "it is gone from the chat");
        both.Network.Does(ChatKind.Delete, RoomAndChat.Chat, "ben", answer.Here);
        await both.UntilAsync(() => both.Homeserver.Shown(both.Room, answer.There.Id) is null, "it is gone from the room");
    }

    private async Task ShowPicturesAsync(RoomAndChat both)
    {
        var (inRoom, inChat) = (both.InRoom.Count, both.InChat.Count);
        var url = both.Alice.Upload(_picture, "image/jpeg");
        var info = new { mimetype = "image/jpeg", size = _picture.Length, w = 4000, h = 3000 };
        both.Alice.Send(both.Room, new { msgtype = "m.image", body = "cat.jpg", url, info });
        await both.UntilAsync(() => both.InChat.Count == inChat + 1, "the picture is in the chat");
        var file = both.InChat[^1].Said.File!;
        Assert.Equal(("cat.jpg", "image/jpeg", AttachmentKind.Image), (file.Name, file.Type, file.ShownAs));
        Assert.Equal((info.w, info.h), (file.Width!.Value, file.Height!.Value));
        Assert.Equal(_picture, both.Network.File(file.Id));

        byte[] back = [.. _picture.Reverse()];
        var dog = new ChatFile("dog", "dog.jpg", "image/jpeg", back.Length) { ShownAs = AttachmentKind.Image };
        both.Network.SendsFile(RoomAndChat.Chat, "ben", dog, back);
        await both.UntilAsync(() => both.InRoom.Count == inRoom + 2, "the picture is in the room");
        var shown = both.InRoom[^1];
        Assert.Equal(("m.image", "dog.jpg"), (shown.Text("msgtype"), shown.Body));
        Assert.Equal(back, both.Homeserver.Media(shown.Text("url")!)!.Value.Bytes);
    }

    private static int ReactionsTo(RoomAndChat both, string message) => both.Homeserver.EventsIn(
        both.Room, happened => happened is { Type: "m.reaction", RedactedBy: null } && happened.Relation?.Target == message).Count;

    private static string? ReplyTo(RoomEvent message) =>
        message.Content.GetProperty("m.relates_to").GetProperty("m.in_reply_to").GetProperty("event_id").GetString();
}
