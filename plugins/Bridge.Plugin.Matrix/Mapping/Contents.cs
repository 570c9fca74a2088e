using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>The contents of the events that Bridge sends. Pure: the same outbound gives the same bytes. No number in them is a fraction, which Matrix forbids.</summary>
internal static class Contents
{
    private const int LongestFallback = 500;

    // The whole event has 65,536 bytes; the rest is for what the servers add.
    private const int MostBytes = 60_000;

    /// <param name="outbound">Its content is a message with one text, one place or one file.</param>
    /// <param name="label">Who speaks, when the sender has no ghost; null otherwise.</param>
    /// <param name="address">Of a file: where the homeserver keeps it.</param>
    public static JsonObject OfMessage(Outbound outbound, MessagePosted posted, string? label, string? address = null)
    {
        var content = posted.Parts[0] switch
        {
            TextPart text => OfText(TypeOf(outbound, posted.Manner), text.Text, text.Format, label),
            LocationPart place => OfPlace(place),
            AttachmentPart file when address is not null => MediaContents.Of(file, address, label),
            _ => throw new ArgumentException("a part that Matrix was not said to carry", nameof(posted)),
        };
        if (RelationOf(outbound) is { } relation)
        {
            content["m.relates_to"] = relation;
        }

        return WithinLimit(content);
    }

    /// <summary>An edit points at the original, from the original's sender; its new content has no relation.</summary>
    /// <param name="outbound">Its content is the edit.</param>
    /// <param name="file">The content of the original where that shows a file, which is shown with another caption; null for words alone.</param>
    public static JsonObject OfEdit(Outbound outbound, MessageEdited edited, string? label, JsonElement? file = null)
    {
        var type = outbound.Sender is null ? TypeOf(outbound, MessageManner.Said) : "m.text";
        var renewed = OfText(type, edited.Text, edited.Format, label);
        if (file is { } shown)
        {
            Show(shown, renewed);
        }

        var words = label + edited.Text.Value;
        var content = new JsonObject
        {
            ["msgtype"] = type,
            ["body"] = "* " + (words.Length <= LongestFallback ? words : words[..Cut(words, LongestFallback)] + "…"),
            ["m.mentions"] = new JsonObject(), // who is newly meant cannot be told from the text alone: nobody is called twice
            ["m.new_content"] = renewed,
            ["m.relates_to"] = new JsonObject { ["rel_type"] = "m.replace", ["event_id"] = edited.Target.Value },
        };
        if (Json.Bytes(content).Length > MostBytes)
        {
            RemoveFormat(renewed);
        }

        return content;
    }

    /// <summary>What shows the file, taken over; what is of the original event alone is not.</summary>
    private static void Show(JsonElement file, JsonObject renewed)
    {
        renewed["filename"] = file.TextOf("filename") ?? file.TextOf("body");
        foreach (var (name, value) in file.Members().Where(member => ShowsFile(member.Name)))
        {
            renewed[name] = value.Copy();
        }
    }

    private static bool ShowsFile(string field) => field is "msgtype" or "url" or "info" || field.StartsWith("org.matrix.msc", StringComparison.Ordinal);

    public static JsonObject OfReaction(ReactionChanged reaction) => new()
    {
        ["m.relates_to"] = new JsonObject
        {
            ["rel_type"] = "m.annotation",
            ["event_id"] = reaction.Target.Value,
            ["key"] = Emoji.Normal(reaction.Reaction.Value),
        },
    };

    /// <summary>For clients that show the state of each message beside it.</summary>
    public static JsonObject OfOutcome(OutcomeTold told, string network)
    {
        var content = new JsonObject
        {
            ["m.relates_to"] = new JsonObject { ["rel_type"] = "m.reference", ["event_id"] = told.Target.Value },
            ["network"] = network,
            ["status"] = told.Outcome == DeliveryOutcome.Failed ? "FAIL_PERMANENT" : "SUCCESS",
        };
        if (told.Outcome == DeliveryOutcome.Failed)
        {
            content["reason"] = "m.bridge.failed";
            content["message"] = told.Why;
        }

        return content;
    }

    /// <summary>For everybody else: an answer to the message.</summary>
    public static JsonObject OfFailure(OutcomeTold told)
    {
        var words = told.Why is { Length: > 0 } why ? $"This message was not delivered: {why}" : "This message was not delivered.";
        var content = OfText("m.notice", new MessageText(words), [], label: null);
        content["m.relates_to"] = ReplyTo(told.Target);
        return content;
    }

    public static JsonObject OfNotice(string words) => OfText("m.notice", new MessageText(words), [], label: null);

    private static JsonObject OfText(string type, MessageText text, EquatableArray<TextNode> format, string? label)
    {
        var content = new JsonObject { ["msgtype"] = type, ["body"] = label + text.Value };
        if (Formatting.Write(format) is { Length: > 0 } html)
        {
            content["format"] = "org.matrix.custom.html";
            content["formatted_body"] = Formatting.Escape(label) + html;
        }

        content["m.mentions"] = MentionsOf(format);
        return content;
    }

    private static JsonObject OfPlace(LocationPart place)
    {
        var uri = string.Create(CultureInfo.InvariantCulture, $"geo:{place.Latitude:0.######},{place.Longitude:0.######}");
        return new JsonObject { ["msgtype"] = "m.location", ["body"] = uri, ["geo_uri"] = uri };
    }

    /// <summary>What Bridge says by itself is a notice, which no bot answers and few phones ring for; what matters is a text.</summary>
    private static string TypeOf(Outbound outbound, MessageManner manner) => manner switch
    {
        MessageManner.Emote => "m.emote",
        MessageManner.Notice => "m.notice",
        _ when outbound.Sender is null && outbound.Severity < Severity.Warning => "m.notice",
        _ => "m.text",
    };

    private static JsonObject? RelationOf(Outbound outbound)
    {
        if (outbound.Thread is not { } thread)
        {
            return outbound.ReplyTo is { } target ? ReplyTo(target) : null;
        }

        var relation = ReplyTo(outbound.ReplyTo ?? thread);
        relation["rel_type"] = "m.thread";
        relation["event_id"] = thread.Value;
        relation["is_falling_back"] = outbound.ReplyTo is null;
        return relation;
    }

    private static JsonObject ReplyTo(NativeId target) => new() { ["m.in_reply_to"] = new JsonObject { ["event_id"] = target.Value } };

    private static JsonObject MentionsOf(EquatableArray<TextNode> format)
    {
        var users = Formatting.MentionsIn(format).Where(MatrixId.IsUser).Distinct().Order(StringComparer.Ordinal).ToList();
        return users.Count == 0 ? [] : new JsonObject { ["user_ids"] = new JsonArray([.. users.Select(user => (JsonNode)user)]) };
    }

    private static JsonObject WithinLimit(JsonObject content)
    {
        if (!IsShort(content) && Json.Bytes(content).Length > MostBytes)
        {
            RemoveFormat(content);
        }

        return content;
    }

    // Written out, a letter takes six bytes at most; whoever is mentioned stands in the formatted text too.
    private static bool IsShort(JsonObject content) => (LengthOf(content, "body") + LengthOf(content, "formatted_body")) * 6 < MostBytes / 2;

    private static int LengthOf(JsonObject content, string name) => content[name]?.GetValue<string>().Length ?? 0;

    private static void RemoveFormat(JsonObject content)
    {
        content.Remove("format");
        content.Remove("formatted_body");
    }

    private static int Cut(string text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
