using System.Globalization;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>Events of rooms to inbound events. Pure.</summary>
internal static class InboundMapper
{
    private static readonly DateTimeOffset s_beginOfRevisions = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Null for what says nothing to anybody: state, and kinds that Bridge does not know.</summary>
    public static Inbound? Of(RoomEvent happened, Address address, string? senderName)
    {
        if (happened.IsRedacted || ContentOf(happened) is not { } content)
        {
            return null;
        }

        var relation = happened.Content.ObjectOf("m.relates_to");
        var marker = Marker.Of(happened);
        var isMessage = content is MessagePosted;
        return new Inbound
        {
            Address = address,
            Event = content,
            NativeId = new NativeId(happened.Id),
            Sender = new Sender(happened.Sender, senderName, marker?.IsBridge ?? false),
            OccurredAt = happened.SentAt,
            ReplyTo = isMessage ? ReplyTo(relation) : null,
            Thread = isMessage && relation?.TextOf("rel_type") == "m.thread" ? IdOf(relation?.TextOf("event_id")) : null,
            Severity = marker is { IsBridge: true } ? marker.Severity : null, // of a person his own bridge decides, and so does ours
            Hops = marker?.Hops ?? 0,
        };
    }

    private static BridgeEvent? ContentOf(RoomEvent happened) => happened switch
    {
        { StateKey: { } key } => key.Length == 0 && happened.Type == "m.room.name" ? new ConversationChanged(new MessageText(happened.Content.TextOf("name") ?? "")) : null,
        { Type: "m.room.redaction", Redacts: { } target } => new MessageDeleted(new NativeId(target)),
        { Type: "m.reaction" } => Reaction(happened.Content),
        { Type: "m.sticker" } => Posted(happened.Content, Attachments.Of(happened.Content, AttachmentKind.Sticker)),
        { Type: "m.room.message" } => Message(happened),
        _ => null,
    };

    private static ReactionChanged? Reaction(JsonElement content) =>
        content.ObjectOf("m.relates_to") is { } relation && relation.TextOf("rel_type") == "m.annotation" && relation.TextOf("event_id") is { } target
        && relation.TextOf("key") is { Length: > 0 and < 100 } key
            ? new ReactionChanged(new NativeId(target), new MessageText(Emoji.Normal(key)))
            : null;

    private static BridgeEvent? Message(RoomEvent happened)
    {
        var content = happened.Content;
        if (content.ObjectOf("m.relates_to") is { } relation && relation.TextOf("rel_type") == "m.replace" && relation.TextOf("event_id") is { } original)
        {
            return content.ObjectOf("m.new_content") is { } renewed && TextOf(renewed) is { } text
                ? new MessageEdited(new NativeId(original), text.Text, RevisionOf(happened.SentAt)) { Format = text.Format }
                : null;
        }

        return content.TextOf("msgtype") switch
        {
            "m.image" => Posted(content, Attachments.Of(content, AttachmentKind.Image)),
            "m.audio" => Posted(content, Attachments.Of(content, Attachments.IsVoice(content) ? AttachmentKind.Voice : AttachmentKind.Audio)),
            "m.video" => Posted(content, Attachments.Of(content, AttachmentKind.Video)),
            "m.file" => Posted(content, Attachments.Of(content, AttachmentKind.File)),
            "m.location" => Posted(content, (MessagePart?)PlaceOf(content) ?? TextOf(content)),
            _ => Posted(content, TextOf(content)), // an unknown kind has its words in its body
        };
    }

    private static MessagePosted? Posted(JsonElement content, MessagePart? part) => part is null ? null : new MessagePosted([part])
    {
        Manner = content.TextOf("msgtype") switch { "m.notice" => MessageManner.Notice, "m.emote" => MessageManner.Emote, _ => MessageManner.Said },
    };

    private static TextPart? TextOf(JsonElement content)
    {
        if (content.TextOf("body") is not { } body)
        {
            return null;
        }

        var isReply = content.ObjectOf("m.relates_to")?.Get("m.in_reply_to") is not null;
        var format = content.TextOf("format") == "org.matrix.custom.html" && content.TextOf("formatted_body") is { } html ? Formatting.Read(html) : [];
        return new TextPart(new MessageText(Lines(isReply ? ReplyFallback.Strip(body) : body))) { Format = format };
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n");

    /// <summary><c>geo:52.5,13.4;u=35</c> (RFC 5870).</summary>
    private static LocationPart? PlaceOf(JsonElement content)
    {
        if (content.TextOf("geo_uri") is not { } uri || !uri.StartsWith("geo:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var numbers = uri[4..].Split(';')[0].Split(',');
        return numbers.Length >= 2 && Degrees(numbers[0], 90) is { } latitude && Degrees(numbers[1], 180) is { } longitude ? new LocationPart(latitude, longitude) : null;
    }

    private static double? Degrees(string text, double most) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most ? degrees : null;

    /// <summary>In a thread the answered event is only the thread's last one, for clients without threads, unless it says otherwise.</summary>
    private static NativeId? ReplyTo(JsonElement? relation) =>
        relation is { } it && !(it.TextOf("rel_type") == "m.thread" && it.FlagOf("is_falling_back")) ? IdOf(it.ObjectOf("m.in_reply_to")?.TextOf("event_id")) : null;

    private static NativeId? IdOf(string? id) => id is { Length: > 0 } ? new NativeId(id) : null;

    /// <summary>Matrix orders edits by time and does not count them: quarters of a second since 2020, which 31 bits hold until 2037.</summary>
    private static int RevisionOf(DateTimeOffset? sentAt) =>
        sentAt is { } at ? (int)Math.Clamp((at - s_beginOfRevisions).TotalSeconds * 4, 1, int.MaxValue) : 1;
}
