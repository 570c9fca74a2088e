using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Media;

/// <summary>What the bytes are: what the event says, and what the server says of them. Pure.</summary>
internal static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    /// <summary>The type to go by; null when the server sent something that is not what the event promises: an error page, most of all.</summary>
    public static string? Agreed(string promised, string? sent, AttachmentKind kind)
    {
        var answered = sent?.Split(';')[0].Trim().ToLowerInvariant() is { Length: > 0 } said ? said : Unknown;
        var isOpen = promised.EndsWith("/*", StringComparison.Ordinal);
        if (answered == promised || answered == Unknown)
        {
            return isOpen ? answered : promised;
        }

        // An error comes as JSON, or as a proxy's page.
        if (answered is "application/json" or "text/html")
        {
            return promised == Unknown && kind == AttachmentKind.File && answered == "text/html" ? Unknown : null;
        }

        if (Family(promised) is "image" or "audio" or "video" && Family(answered) is not ("image" or "audio" or "video" or "application"))
        {
            return null;
        }

        return isOpen || promised == Unknown ? answered : promised;
    }

    private static string Family(string type) => type.Split('/')[0];
}
