using Bridge.Abstractions;

namespace Bridge.Core.Attachments;

/// <summary>What opens one sealed file: itself sealed, in the store's state. Whoever destroys it has destroyed the attachment.</summary>
/// <param name="Id">The keyed hash of the bytes.</param>
/// <param name="File">The name of the file, random.</param>
/// <param name="Size">Of the bytes.</param>
/// <param name="StoredAt">When these bytes were last stored.</param>
/// <param name="Key">Of this file alone, 32 random bytes.</param>
public sealed record AttachmentRow(BlobId Id, string File, long Size, DateTimeOffset StoredAt, byte[] Key);

/// <summary>When a stored event last named an attachment.</summary>
/// <param name="Id">The attachment.</param>
/// <param name="At">When the event was received.</param>
public sealed record AttachmentUse(BlobId Id, DateTimeOffset At);
