using System.Text.Json.Nodes;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Media;

/// <summary>The contents of events that show a medium. Pure.</summary>
internal static class MediaContents
{
    /// <summary>A sticker is an event of its own type.</summary>
    public static string TypeOf(AttachmentPart part) => part.ShownAs == AttachmentKind.Sticker ? "m.sticker" : "m.room.message";

    /// <param name="part">What is shown.</param>
    /// <param name="address">Where the homeserver keeps it.</param>
    /// <param name="label">Who speaks, when the sender has no ghost; null otherwise.</param>
    public static JsonObject Of(AttachmentPart part, string address, string? label)
    {
        var name = part.Name.Value.Length > 0 ? part.Name.Value : "file";
        var info = new JsonObject { ["mimetype"] = part.ContentType, ["size"] = part.Size };
        Put(info, "w", part.Width);
        Put(info, "h", part.Height);
        Put(info, "duration", part.Milliseconds);
        var content = new JsonObject { ["url"] = address, ["info"] = info };
        if (part.ShownAs == AttachmentKind.Sticker)
        {
            content["body"] = label + (part.Caption?.Value ?? name);
            return content;
        }

        // It is a caption only when the body is another than the name.
        var caption = part.Caption is { Value.Length: > 0 } words ? label + words.Value : label is null ? name : label + name;
        content["msgtype"] = part.ShownAs switch
        {
            AttachmentKind.Image => "m.image",
            AttachmentKind.Audio or AttachmentKind.Voice => "m.audio",
            AttachmentKind.Video => "m.video",
            _ => "m.file",
        };
        content["body"] = caption;
        content["filename"] = name;
        content["m.mentions"] = new JsonObject();
        if (part.ShownAs == AttachmentKind.Voice)
        {
            content["org.matrix.msc3245.voice"] = new JsonObject();
            content["org.matrix.msc1767.audio"] = part.Milliseconds is { } length ? new JsonObject { ["duration"] = length } : [];
        }

        return content;
    }

    private static void Put(JsonObject info, string name, long? value)
    {
        if (value is { } number)
        {
            info[name] = number;
        }
    }
}
