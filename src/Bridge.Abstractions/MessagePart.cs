namespace Bridge.Abstractions;

/// <summary>One part of a message: a closed hierarchy.</summary>
public abstract record MessagePart
{
    /// <summary>What an endpoint must be able to carry for this part to be sent as it is.</summary>
    public abstract EventFeature Needs { get; }

    // Closes the hierarchy, as in BridgeEvent.
    internal abstract void Closed();
}

/// <summary>Text.</summary>
/// <param name="Text">Plain; lines end with <c>\n</c>.</param>
public sealed record TextPart(MessageText Text) : MessagePart
{
    /// <summary>The same text, formatted; empty when it is plain.</summary>
    public EquatableArray<TextNode> Format { get; init; }

    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Text;

    internal override void Closed() { }
}

/// <summary>A file. Fitted to a line with its name and size where the network carries no files, or none so large.</summary>
/// <param name="Name">The file's name as shown to people.</param>
/// <param name="ContentType">A MIME type.</param>
/// <param name="Size">In bytes.</param>
public sealed record AttachmentPart(MessageText Name, string ContentType, long Size) : MessagePart
{
    /// <summary>Its bytes; null when they could not be had (too large, gone), and its line says so.</summary>
    public BlobId? Blob { get; init; }

    /// <summary>How it is shown.</summary>
    public AttachmentKind ShownAs { get; init; }

    /// <summary>What its sender wrote with it; null for nothing.</summary>
    public MessageText? Caption { get; init; }

    /// <summary>In pixels; null when unknown.</summary>
    public int? Width { get; init; }

    /// <summary>In pixels; null when unknown.</summary>
    public int? Height { get; init; }

    /// <summary>Of sound and film, in milliseconds; null when unknown.</summary>
    public long? Milliseconds { get; init; }

    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Attachment;

    internal override void Closed() { }
}

/// <summary>How a file is shown.</summary>
public enum AttachmentKind
{
    /// <summary>As a file.</summary>
    File,

    /// <summary>As a picture.</summary>
    Image,

    /// <summary>As sound.</summary>
    Audio,

    /// <summary>As somebody's voice, recorded for this message.</summary>
    Voice,

    /// <summary>As film.</summary>
    Video,

    /// <summary>As a sticker.</summary>
    Sticker,
}

/// <summary>A place. Fitted to a <c>geo:</c> line where the network has no places (RFC 5870).</summary>
/// <param name="Latitude">In degrees, WGS 84.</param>
/// <param name="Longitude">In degrees, WGS 84.</param>
public sealed record LocationPart(double Latitude, double Longitude) : MessagePart
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Location;

    /// <summary>Nothing of the place.</summary>
    public override string ToString() => "(a place)";

    internal override void Closed() { }
}

/// <summary>A contact card. Fitted to a line with name and number where the network has no cards.</summary>
/// <param name="Name">The person's name.</param>
/// <param name="Number">A telephone number, E.164 where known.</param>
public sealed record ContactPart(MessageText Name, MessageText Number) : MessagePart
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Contact;

    internal override void Closed() { }
}
