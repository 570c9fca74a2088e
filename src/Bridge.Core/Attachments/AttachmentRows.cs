using System.Globalization;
using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Attachments;

/// <summary>Attachments in the store's state: one row for the file and its key, one for its latest use.</summary>
public static class AttachmentRows
{
    /// <summary>The state scope of files and their keys.</summary>
    public const string Scope = "attachments";

    /// <summary>The state scope of their latest uses.</summary>
    public const string UseScope = "attachments:used";

    public static StoreChange Put(Sealer sealer, AttachmentRow row) =>
        Put(sealer, Scope, row.Id, SealedJson.Write(row)) ?? throw new ArgumentException("nothing stored has that name", nameof(row));

    /// <summary>Null when a plugin made the name up: nothing is kept under it.</summary>
    public static StoreChange? Put(Sealer sealer, AttachmentUse use) => Put(sealer, UseScope, use.Id, SealedJson.Write(use));

    /// <summary>What forgets an attachment.</summary>
    public static IEnumerable<StoreChange.RemoveState> Remove(BlobId id) =>
        IndexOf(id) is { } index ? [new StoreChange.RemoveState(Scope, index), new StoreChange.RemoveState(UseScope, index)] : [];

    public static async ValueTask<AttachmentRow?> FindAsync(IStore store, Sealer sealer, BlobId id, CancellationToken cancellationToken) =>
        IndexOf(id) is { } index && await store.FindStateAsync(Scope, index, cancellationToken) is { } found ? Open<AttachmentRow>(sealer, new StateRow(index, found)) : null;

    /// <summary>Null when it was never used. One that cannot be opened throws <see cref="SealException"/>: who removes what is unused must not take it for that.</summary>
    public static async ValueTask<AttachmentUse?> FindUseAsync(IStore store, Sealer sealer, BlobId id, CancellationToken cancellationToken) =>
        IndexOf(id) is { } index && await store.FindStateAsync(UseScope, index, cancellationToken) is { } found
            ? SealedJson.Read<AttachmentUse>(sealer.Open(RecordKind.State, RecordId.Of(index), found))
            : null;

    /// <summary>Null when it cannot be opened: what it opens is lost with it.</summary>
    public static T? Open<T>(Sealer sealer, StateRow row)
        where T : class
    {
        try
        {
            return SealedJson.Read<T>(sealer.Open(RecordKind.State, RecordId.Of(row.Key), row.Sealed));
        }
        catch (SealException)
        {
            return null;
        }
    }

    /// <summary>The name of bytes: the first half of their keyed hash.</summary>
    public static BlobId Name(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash[..16]));

    private static BlindIndex? IndexOf(BlobId id) =>
        UInt128.TryParse(id.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? new BlindIndex(value) : null;

    private static StoreChange.PutState? Put(Sealer sealer, string scope, BlobId id, byte[] plain) => IndexOf(id) is { } index
        ? new StoreChange.PutState(scope, index, sealer.Seal(RecordKind.State, RecordId.Of(index), EpochScope.State, plain))
        : null;
}
