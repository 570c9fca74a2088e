using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>A file as a line of text: what it is, its name, its size, and why it did not come itself.</summary>
internal static class FileLine
{
    public static bool IsCarried(AttachmentPart file, EndpointCapabilities capabilities) => WhyNot(file, capabilities) is null;

    public static string Of(AttachmentPart file, EndpointCapabilities capabilities)
    {
        var line = $"({Word(file.ShownAs)}: {file.Name.Value}, {Size(file.Size)}, {WhyNot(file, capabilities)})";
        return file.Caption is { } caption ? $"{line}\n{caption.Value}" : line;
    }

    public static string Word(AttachmentKind kind) => kind switch
    {
        AttachmentKind.Image => "picture",
        AttachmentKind.Audio => "sound",
        AttachmentKind.Voice => "voice message",
        AttachmentKind.Video => "video",
        AttachmentKind.Sticker => "sticker",
        _ => "file",
    };

    private static string? WhyNot(AttachmentPart file, EndpointCapabilities capabilities) =>
        !capabilities.Sends.HasFlag(EventFeature.Attachment) ? "cannot be shown here"
        : file.Size > capabilities.MaxAttachment ? $"larger than the {Size(capabilities.MaxAttachment)} that can be sent here"
        : file.Blob is null ? "could not be fetched"
        : null;

    private static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 999_500 => $"{Math.Round(bytes / 1e3)} kB",
        < 999_950_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };
}
