using Bridge.Abstractions;

namespace Bridge.Core.Attachments;

/// <summary>Which blobs an event names.</summary>
internal static class NamedBlobs
{
    /// <summary>False for nearly everything, at no cost.</summary>
    public static bool MayName(Inbound inbound) => inbound.Event is MessagePosted || inbound.Sender?.Picture is not null || inbound.Conversation?.Picture is not null;

    /// <summary>Files and pictures.</summary>
    public static IEnumerable<BlobId> Of(Inbound inbound) =>
        Of(inbound.Event).Concat(new[] { inbound.Sender?.Picture, inbound.Conversation?.Picture }.OfType<BlobId>());

    /// <summary>The files that were sent with it.</summary>
    public static IEnumerable<BlobId> Of(BridgeEvent content) =>
        content is MessagePosted posted ? posted.Parts.OfType<AttachmentPart>().Select(file => file.Blob).OfType<BlobId>() : [];
}
