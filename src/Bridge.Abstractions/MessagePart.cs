namespace Bridge.Abstractions;

/// <summary>One part of a message: a closed hierarchy.</summary>
public abstract record MessagePart
{
    /// <summary>What an endpoint must be able to carry for this part to be sent as it is.</summary>
    public abstract EventFeature Needs { get; }

    // Closes the hierarchy, as in BridgeEvent.
    internal abstract void Closed();
}

/// <summary>Plain text.</summary>
/// <param name="Text">Lines end with <c>\n</c>.</param>
public sealed record TextPart(MessageText Text) : MessagePart
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Text;

    internal override void Closed() { }
}

/// <summary>A file. Until an endpoint carries files, it is fitted to a line with its name and size.</summary>
/// <param name="Name">The file's name as shown to people.</param>
/// <param name="ContentType">A MIME type.</param>
/// <param name="Size">In bytes.</param>
public sealed record AttachmentPart(MessageText Name, string ContentType, long Size) : MessagePart
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Attachment;

    internal override void Closed() { }
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
