using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>What an event says of the file in it; the bytes are fetched later. Pure.</summary>
internal static class Attachments
{
    private const int LongestName = 255;

    public static AttachmentPart? Of(JsonElement content, AttachmentKind kind)
    {
        if (content.TextOf("body") is not { } body)
        {
            return null;
        }

        var info = content.ObjectOf("info");
        var name = content.TextOf("filename") is { Length: > 0 } filename ? filename : body;
        return new AttachmentPart(new MessageText(name.Length <= LongestName ? name : name[..LongestName]), TypeOf(info, kind), Positive(info?.NumberOf("size")) ?? 0)
        {
            ShownAs = kind,
            Caption = body != name && kind != AttachmentKind.Sticker ? new MessageText(body) : null,
            Width = (int?)Positive(info?.NumberOf("w")),
            Height = (int?)Positive(info?.NumberOf("h")),
            Milliseconds = Positive(info?.NumberOf("duration")),
        };
    }

    public static bool IsVoice(JsonElement content) => content.Get("org.matrix.msc3245.voice") is not null || content.Get("m.voice") is not null;

    /// <summary>Where the bytes are; null when the event does not say, or only under encryption.</summary>
    public static string? SourceOf(JsonElement content) => content.TextOf("url") is { } url && url.StartsWith("mxc://", StringComparison.Ordinal) ? url : null;

    private static string TypeOf(JsonElement? info, AttachmentKind kind) =>
        info?.TextOf("mimetype") is { Length: > 2 and < 100 } type && type.Contains('/', StringComparison.Ordinal) ? type.ToLowerInvariant() : kind switch
        {
            AttachmentKind.Image or AttachmentKind.Sticker => "image/*",
            AttachmentKind.Audio or AttachmentKind.Voice => "audio/*",
            AttachmentKind.Video => "video/*",
            _ => "application/octet-stream",
        };

    private static long? Positive(long? number) => number is > 0 and < int.MaxValue ? number : null;
}
