using System.Security.Cryptography;
using Bridge.Core;
using Bridge.Core.Delivery;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Checking;
using Bridge.Storage.Sqlite;

namespace Bridge.Storage;

/// <summary>
/// One data folder, locked to this process, unlocked with its key, and open: store, key database, big bodies. Refuses with
/// <see cref="StoreException"/> or <see cref="KeyException"/>, whose messages say what to do.
/// </summary>
public sealed class DataFolder : IAsyncDisposable
{
    // One sealed word in the store proves that store and key database belong together before anything is read or written.
    private const string PairScope = "keys";
    private readonly FolderLock _lock;
    private readonly SqliteKeyStore _keyStore;

    private DataFolder(FolderLock folderLock, SqliteKeyStore keyStore, KeyRing keys, SqliteStore store, AttachmentFolder attachments) =>
        (_lock, _keyStore, Keys, Store, Upkeep, Attachments, Sealer) = (folderLock, keyStore, keys, store, store.Upkeep, attachments, new Sealer(keys));

    public IStore Store { get; }

    /// <summary>The sealed files of attachments.</summary>
    public ISealedFiles Attachments { get; }

    /// <summary>The same store, for retention and shredding.</summary>
    public IStoreUpkeep Upkeep { get; }

    public Sealer Sealer { get; }

    public KeyRing Keys { get; }

    /// <summary>Opens the folder; makes it, and a first key, when it is new.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="configuredKey">The key of the configuration; null: <see cref="KeySources"/> looks elsewhere.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="telemetry">Told where the key came from.</param>
    /// <param name="clock">For what is dated.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static Task<DataFolder> OpenAsync(
        string path, ConfiguredKey? configuredKey, Func<string, string?> environment, Telemetry telemetry, TimeProvider clock, CancellationToken cancellationToken) =>
        OpenAsync(path, () => KeySources.Find(path, configuredKey, environment), telemetry, clock, cancellationToken);

    /// <summary>
    /// As above, with a key source that is found elsewhere; asked once the folder is this process's. Null: a first key is made in a new folder.
    /// </summary>
    public static async Task<DataFolder> OpenAsync(
        string path, Func<KeySource?> source, Telemetry telemetry, TimeProvider clock, CancellationToken cancellationToken)
    {
        var opened = new Stack<object>();
        var isNew = !Directory.Exists(path);
        try
        {
            PrivateFiles.MakeFolder(path);
            var folderLock = Opened(FolderLock.Take(path));
            var restored = RestoreMark.Find(path);
            LookAtLogs(path, telemetry);
            KeySchema.Migrations.CheckFile(path);
            StoreSchema.Migrations.CheckFile(path);
            var keyStore = Opened(OpenKeyStore(path));
            telemetry.SchemaIs(SqliteKeyStore.FileName, keyStore.SchemaBefore, KeySchema.Migrations.Newest);
            var keys = Opened(Unlock(path, keyStore, source(), telemetry, clock));
            var folder = new DataFolder(folderLock, keyStore, keys, Opened(SqliteStore.Open(path, telemetry)), new AttachmentFolder(path));
            await folder.CheckPairAsync(cancellationToken);
            if (restored is not null)
            {
                var doubted = await RestoredDeliveries.DoubtAsync(folder.Store, folder.Sealer, restored.MadeAt, clock.GetUtcNow(), cancellationToken);
                telemetry.Restored(restored.MadeAt, doubted);
                RestoreMark.Remove(path);
            }

            Flush(path, isNew);
            return folder;
        }
        catch (Exception failure)
        {
            await CloseAsync(opened);
            if (SqliteFailure.IsDiskFull(failure))
            {
                throw SqliteFailure.Of(failure, path);
            }

            if (failure is UnauthorizedAccessException or IOException)
            {
                throw new StoreException($"the data folder {path} cannot be used: {failure.Message.TrimEnd('.')}. Correct its permissions, or name another one with --data", failure);
            }

            throw;
        }

        T Opened<T>(T part)
            where T : class
        {
            opened.Push(part);
            return part;
        }
    }

    /// <summary>New files and a new folder must be found again after a power cut before anything in them is acknowledged.</summary>
    private static void Flush(string path, bool isNew)
    {
        Directories.Flush(path);
        if (isNew)
        {
            Directories.Flush(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) ?? path);
        }
    }

    /// <summary>True when a key database is there: the folder was in use before.</summary>
    public static bool IsThere(string path) => File.Exists(Path.Combine(path, SqliteKeyStore.FileName));

    public ValueTask DisposeAsync() => CloseAsync(new Stack<object>([_lock, _keyStore, Keys, Store]));

    // SQLite takes a damaged frame for the end of the log and says nothing. What stood behind it is lost whatever is done now, so the work goes on.
    private static void LookAtLogs(string path, Telemetry telemetry)
    {
        foreach (var name in (string[])[SqliteStore.FileName, SqliteKeyStore.FileName])
        {
            if (WalFile.Look(Path.Combine(path, name)) is { Why: { } why })
            {
                telemetry.LogIsDamaged(name + "-wal", why);
            }
        }
    }

    private static SqliteKeyStore OpenKeyStore(string path)
    {
        var hasStore = File.Exists(Path.Combine(path, SqliteStore.FileName));
        var hasKeys = File.Exists(Path.Combine(path, SqliteKeyStore.FileName));
        var keyStore = hasStore && !hasKeys ? null : SqliteKeyStore.Open(path);
        if (keyStore is not null && (!hasStore || keyStore.Slots().Count > 0))
        {
            return keyStore;
        }

        // A new key database would look like a start, and make what is stored unreadable for good.
        keyStore?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        throw new StoreException(
            $"{SqliteKeyStore.FileName} is {(hasKeys ? "empty" : "missing")} in {path}, but {SqliteStore.FileName} is there and cannot be read without it: "
            + $"restore {SqliteKeyStore.FileName} from a backup, or move {SqliteStore.FileName} and blobs/ away to start anew");
    }

    private static KeyRing Unlock(string path, SqliteKeyStore keyStore, KeySource? found, Telemetry telemetry, TimeProvider clock)
    {
        var slots = keyStore.Slots();
        var source = found ?? (slots.Count == 0
            ? KeySources.CreateFile(Path.Combine(path, KeySources.KeyFileName))
            : throw new KeyException(
                $"the key of {path} is not given; its slots were made for: {string.Join(", ", slots.Select(slot => slot.Kind).Distinct())}. Give it as "
                + $"storage.encryption.key, systemd credential {KeySources.Credential}, {KeySources.KeyVariable} or the file {KeySources.KeyFileName} in the folder; or type a passphrase or recovery code: bridge run --unlock"));
        if (slots.Count == 0 && source.IsTyped)
        {
            throw new KeyException($"{path} is new: there is nothing to unlock yet. Start without --unlock, then add a passphrase or recovery code with: bridge keys add");
        }

        var keys = KeyRing.Open(keyStore, source, clock);
        while (keys.Rotate())
        {
            // A rotation that was interrupted is brought to its end before anything else.
        }

        telemetry.Unlocked(source.ToString(), source.Notice);
        return keys;
    }

    private async Task CheckPairAsync(CancellationToken cancellationToken)
    {
        var word = Sealer.Index(PairScope, "pair");
        var written = false;
        await foreach (var row in Store.ReadStateAsync(PairScope, cancellationToken))
        {
            written = true;
            if (row.Key == word)
            {
                return;
            }
        }

        if (written)
        {
            throw new StoreException($"{SqliteKeyStore.FileName} and {SqliteStore.FileName} do not belong together: restore both from the same backup");
        }

        var envelope = Sealer.Seal(RecordKind.State, RecordId.Of(word), EpochScope.State, RandomNumberGenerator.GetBytes(16));
        await Store.CommitAsync([new StoreChange.PutState(PairScope, word, envelope)], cancellationToken);
    }

    // In reverse order of opening: the lock goes last.
    private static async ValueTask CloseAsync(Stack<object> parts)
    {
        while (parts.TryPop(out var part))
        {
            if (part is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                ((IDisposable)part).Dispose();
            }
        }
    }
}
