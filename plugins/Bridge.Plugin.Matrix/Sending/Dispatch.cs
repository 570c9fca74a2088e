using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix.Sending;

/// <summary>Carries out what Core owes: chooses who speaks, and turns each kind of event into its requests.</summary>
internal sealed class Dispatch(
    Session session, GhostBook ghosts, RoomBook rooms, Upgrades upgrades, Joining joining, SentBook sent, ReceiptBook receipts, Attaching attaching,
    BegunChats chats)
{
    private const string MessageType = "m.room.message";
    private const string Encrypted = "the room is encrypted, and this version of Bridge cannot encrypt";
    private const string Replaced = "the room was upgraded to another version, and Bridge follows as soon as it is let into the new room: invite the bot there";
    private static readonly TimeSpan s_upgrading = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_typing = TimeSpan.FromSeconds(30);

    public ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) => SendAsync(outbound, isRepeat: false, cancellationToken);

    private async ValueTask<SendResult> SendAsync(Outbound outbound, bool isRepeat, CancellationToken cancellationToken)
    {
        var room = "";
        try
        {
            room = await rooms.RoomOfAsync(outbound.To.Rest, cancellationToken);
            if (outbound.Content is MessagePosted or MessageEdited && await rooms.IsEncryptedAsync(room, cancellationToken))
            {
                return new SendResult.Refused(Encrypted, "use a room without encryption: it cannot be turned off in an old one");
            }

            return outbound.Content switch
            {
                MessagePosted posted => await SayAsync(outbound, posted, room, cancellationToken),
                MessageEdited edited => await EditAsync(outbound, edited, room, cancellationToken),
                MessageDeleted deleted => await RedactAsync(outbound, [deleted.Target], room, cancellationToken),
                ReactionChanged { Removed: true } => await RedactAsync(outbound, outbound.Earlier, room, cancellationToken),
                ReactionChanged reaction => await ReactAsync(outbound, reaction, room, cancellationToken),
                ReceiptReported receipt => await ReceiptAsync(outbound, receipt, room, cancellationToken),
                TypingChanged typing => await TypingAsync(outbound, typing, room, cancellationToken),
                ConversationChanged { Name: { } name } => await RenameAsync(name, room, cancellationToken),
                ConversationChanged => new SendResult.Delivered(),
                ConversationAnswered answered => await AnswerAsync(outbound, answered, room, cancellationToken),
                OutcomeTold told => await TellAsync(outbound, told, room, cancellationToken),
                _ => new SendResult.Refused("Matrix carries messages only, not data", "give the route a text"),
            };
        }
        catch (MatrixException failure) when (failure.IsPuppetRefused && !isRepeat)
        {
            return await SendAsync(outbound, isRepeat: true, cancellationToken); // known by now: his ghost says it
        }
        catch (MatrixException failure) when (failure.IsForbidden && room.Length > 0)
        {
            return await ReplacedAsync(room, cancellationToken) ?? Answers.Of(failure);
        }
        catch (MatrixException failure)
        {
            return Answers.Of(failure);
        }
    }

    /// <summary>In a room that was upgraded nobody may speak any more; it goes on elsewhere. Null when it was not.</summary>
    private async Task<SendResult?> ReplacedAsync(string room, CancellationToken cancellationToken)
    {
        try
        {
            return await upgrades.FollowAsync(room, cancellationToken) ? new SendResult.Deferred(Replaced, s_upgrading) : null;
        }
        catch (MatrixException failure) when (failure.IsPassing)
        {
            return new SendResult.Deferred($"Bridge may not speak in the room, and whether it was upgraded is not known yet: {failure.Message}", failure.RetryAfter);
        }
        catch (MatrixException)
        {
            return null;
        }
    }

    private async Task<SendResult> SayAsync(Outbound outbound, MessagePosted posted, string room, CancellationToken cancellationToken)
    {
        var file = posted.Parts[0] as AttachmentPart;
        var (address, failed) = file is null ? default : await attaching.UploadAsync(file, cancellationToken);
        if (failed is not null)
        {
            return failed;
        }

        var type = file is null ? MessageType : MediaContents.TypeOf(file);
        var speaker = await SpeakerAsync(outbound, cancellationToken);
        try
        {
            return await PostAsync(outbound, room, speaker, type, Contents.OfMessage(outbound, posted, LabelOf(outbound, speaker), address), cancellationToken);
        }
        catch (MatrixException failure) when (failure.IsForbidden && speaker.UserId != session.Bot.UserId)
        {
            return await PostAsync(outbound, room, session.Bot, type, Contents.OfMessage(outbound, posted, LabelOf(outbound, session.Bot), address), cancellationToken);
        }
    }

    /// <summary>Only who sent a message can change it.</summary>
    private async Task<SendResult> EditAsync(Outbound outbound, MessageEdited edited, string room, CancellationToken cancellationToken)
    {
        var author = await sent.AuthorOfAsync(room, edited.Target, cancellationToken);
        return author is null || session.ActorOf(author) is not { } actor
            ? new SendResult.Refused("somebody else sent that message, and only he can change it")
            : await PostAsync(outbound, room, actor, MessageType, await EditOfAsync(outbound, edited, room, LabelOf(outbound, actor), cancellationToken), cancellationToken);
    }

    /// <summary>Of a file the words are its caption, and it stays a file.</summary>
    private async Task<JsonObject> EditOfAsync(Outbound outbound, MessageEdited edited, string room, string? label, CancellationToken cancellationToken) =>
        Contents.OfEdit(outbound, edited, label, await sent.FileOfAsync(room, edited.Target, cancellationToken));

    private async Task<SendResult> ReactAsync(Outbound outbound, ReactionChanged reaction, string room, CancellationToken cancellationToken)
    {
        var speaker = await SpeakerAsync(outbound, cancellationToken);
        try
        {
            return await PostAsync(outbound, room, speaker, "m.reaction", Contents.OfReaction(reaction), cancellationToken);
        }
        catch (MatrixException failure) when (failure.Code == MatrixException.DuplicateAnnotation)
        {
            return new SendResult.Delivered(await sent.ReactionsAsync(room, reaction, speaker, cancellationToken));
        }
    }

    /// <summary>By its author where that is one of ours; otherwise by who asks, and at last by the bot, which may have the right.</summary>
    private async Task<SendResult> RedactAsync(Outbound outbound, EquatableArray<NativeId> targets, string room, CancellationToken cancellationToken)
    {
        List<NativeId> done = [];
        for (var i = 0; i < targets.Count; i++)
        {
            var target = targets[i];
            var author = await sent.AuthorOfAsync(room, target, cancellationToken);
            var actor = (author is null ? null : session.ActorOf(author)) ?? await SpeakerAsync(outbound, cancellationToken);
            try
            {
                done.Add(await RedactAsync(outbound, target, room, actor, i, cancellationToken));
            }
            catch (MatrixException failure) when ((failure.IsForbidden || failure.IsPuppetRefused) && actor.UserId != session.Bot.UserId)
            {
                done.Add(await RedactAsync(outbound, target, room, session.Bot, i, cancellationToken));
            }
        }

        return new SendResult.Delivered(EquatableArray.From(done));
    }

    private async Task<NativeId> RedactAsync(Outbound outbound, NativeId target, string room, Actor actor, int number, CancellationToken cancellationToken)
    {
        var path = Paths.Redact(room, target.Value, TransactionId.Of(outbound.Key, actor.UserId, number == 0 ? "" : $".{number}"));
        var content = new JsonObject();
        Marker.Put(content, outbound, actor.UserId, room, session.Context.Clock.GetUtcNow(), target);
        var answer = await joining.InRoomAsync(room, actor, () => session.Client.PutAsync(path, actor, content, cancellationToken), cancellationToken);
        return IdOf(answer);
    }

    /// <summary>Matrix knows what was read, and not what was received.</summary>
    private async Task<SendResult> ReceiptAsync(Outbound outbound, ReceiptReported receipt, string room, CancellationToken cancellationToken)
    {
        if (receipt.Read && outbound.Sender is not null)
        {
            var speaker = await SpeakerAsync(outbound, cancellationToken);
            if (speaker.IsPuppet)
            {
                receipts.Remember(speaker.UserId, receipt.UpTo);
            }

            var path = Paths.ReadReceipt(room, receipt.UpTo.Value);
            await WhereItMayAsync(room, speaker, () => session.Client.PostAsync(path, speaker, [], cancellationToken), cancellationToken);
        }

        return new SendResult.Delivered();
    }

    /// <summary>Never as a person: nothing would tell that typing from the person's own.</summary>
    private async Task<SendResult> TypingAsync(Outbound outbound, TypingChanged typing, string room, CancellationToken cancellationToken)
    {
        if (outbound.Sender is null || !session.HasGhosts || await SpeakerAsync(outbound, cancellationToken) is not { IsPuppet: false } speaker)
        {
            return new SendResult.Delivered();
        }

        var body = new JsonObject { ["typing"] = typing.Typing };
        if (typing.Typing)
        {
            body["timeout"] = (long)s_typing.TotalMilliseconds;
        }

        var path = Paths.Typing(room, speaker.UserId);
        await WhereItMayAsync(room, speaker, () => session.Client.PutAsync(path, speaker, body, cancellationToken), cancellationToken);
        return new SendResult.Delivered();
    }

    /// <summary>What nobody else can show for a ghost, and nobody misses where it may not come in.</summary>
    private async Task WhereItMayAsync(string room, Actor ghost, Func<Task<JsonElement>> act, CancellationToken cancellationToken)
    {
        try
        {
            await joining.InRoomAsync(room, ghost, act, cancellationToken);
        }
        catch (MatrixException failure) when (failure.IsForbidden && ghost.UserId != session.Bot.UserId)
        {
            session.Context.Drops.Dropped("a receipt or typing notice of somebody whose ghost may not come into the room");
        }
    }

    private async Task<SendResult> RenameAsync(MessageText name, string room, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["name"] = name.Value };
        var answer = await joining.InRoomAsync(
            room, session.Bot, () => session.Client.PutAsync(Paths.State(room, "m.room.name"), session.Bot, body, cancellationToken), cancellationToken);
        return new SendResult.Delivered([IdOf(answer)]);
    }

    private async Task<SendResult> TellAsync(Outbound outbound, OutcomeTold told, string room, CancellationToken cancellationToken)
    {
        var bot = session.Bot;
        if (session.Options.StatusEvents)
        {
            var network = outbound.Source?.Endpoint.Value ?? session.Context.Id.Value;
            await PostAsync(outbound, room, bot, "com.beeper.message_send_status", Contents.OfOutcome(told, network), cancellationToken);
        }

        return told.Outcome == DeliveryOutcome.Failed
            ? await PostAsync(outbound, room, bot, MessageType, Contents.OfFailure(told), cancellationToken)
            : new SendResult.Delivered();
    }

    private async Task<SendResult> AnswerAsync(Outbound outbound, ConversationAnswered answered, string room, CancellationToken cancellationToken)
    {
        await chats.AnswerAsync(outbound, answered, room, cancellationToken);
        return new SendResult.Delivered();
    }

    private async Task<SendResult> PostAsync(Outbound outbound, string room, Actor actor, string type, JsonObject content, CancellationToken cancellationToken)
    {
        Marker.Put(content, outbound, actor.UserId, room, session.Context.Clock.GetUtcNow());

        // Only an application service may say when something was said; of others the homeserver ignores it.
        var path = Paths.Send(room, type, TransactionId.Of(outbound.Key, actor.UserId), session.HasGhosts ? outbound.OccurredAt : null);
        var answer = await joining.InRoomAsync(room, actor, () => session.Client.PutAsync(path, actor, content, cancellationToken), cancellationToken);
        var id = IdOf(answer);
        sent.Remember(id, actor, isFile: content.ContainsKey("url"));
        return new SendResult.Delivered([id]);
    }

    /// <summary>Who says it: the person himself where Bridge may speak for him, his ghost, or the bot.</summary>
    private async ValueTask<Actor> SpeakerAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (outbound.SenderHere is { } here && session.SpeakingPuppetOf(here) is { } puppet)
        {
            return puppet;
        }

        return session.HasGhosts && outbound is { Sender: { } sender, Source: { } source } ? await ghosts.OfAsync(sender, source.Endpoint, cancellationToken) : session.Bot;
    }

    /// <summary>Where Core expected a ghost and the bot must speak, it says for whom.</summary>
    private string? LabelOf(Outbound outbound, Actor speaker) =>
        session.HasGhosts && speaker.UserId == session.Bot.UserId && outbound is { Sender: { } sender, Source: not null }
            ? outbound.Label?.Value ?? $"{sender.Name ?? sender.Value}: "
            : null;

    private static NativeId IdOf(JsonElement answer) =>
        answer.TextOf("event_id") is { } id ? new NativeId(id) : throw new MatrixException("the homeserver named no event", mayHaveArrived: true);
}
