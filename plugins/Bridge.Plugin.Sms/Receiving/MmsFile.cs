using System.Collections.Frozen;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>A file that came with an MMS, as it stands in the message.</summary>
internal static class MmsFile
{
    private const int LongestName = 100;

    private static readonly FrozenDictionary<string, AttachmentKind> s_kinds = new Dictionary<string, AttachmentKind>
    {
        ["image"] = AttachmentKind.Image, ["audio"] = AttachmentKind.Audio, ["video"] = AttachmentKind.Video,
    }.ToFrozenDictionary();

    /// <param name="name">As its sender called it; null where the network does not say.</param>
    /// <param name="number">Which of the message's files; from 1.</param>
    /// <param name="type">A MIME type.</param>
    /// <param name="stored">Its bytes.</param>
    public static AttachmentPart Of(string? name, int number, string type, StoredBlob stored) =>
        new(new MessageText(name is { Length: > 0 and <= LongestName } ? name : $"mms-{number}.{ExtensionOf(type)}"), type, stored.Size)
        {
            Blob = stored.Id, ShownAs = s_kinds.GetValueOrDefault(type.Split('/')[0]),
        };

    /// <summary>What may be written into a header, or else octets.</summary>
    public static string TypeOf(string? type) =>
        type is { Length: > 0 and <= 100 } && type.All(character => character is > ' ' and < '\x7f') && type.Contains('/', StringComparison.Ordinal) ? type : "application/octet-stream";

    private static string ExtensionOf(string type) => type.Split('/') is [_, { Length: > 0 and <= 8 } kind] && kind.All(char.IsAsciiLetterOrDigit) ? kind : "bin";
}
