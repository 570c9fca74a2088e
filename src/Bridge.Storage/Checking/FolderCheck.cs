using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>
/// Looks for damage in a data folder or a backup, and changes nothing: files, logs, the databases' own structure, every key, every envelope
/// against its clear header, every big body, and what the rows say of each other. One that a daemon has open may be checked too.
/// </summary>
public sealed class FolderCheck
{
    private readonly string _folder;
    private readonly bool _live;
    private readonly Findings _findings = new();
    private readonly IProgress<WorkProgress> _progress;
    private readonly CancellationToken _stop;

    private FolderCheck(string folder, bool live, IProgress<WorkProgress> progress, CancellationToken stop) =>
        (_folder, _live, _progress, _stop) = (folder, live, progress, stop);

    /// <param name="folder">Data folder or backup.</param>
    /// <param name="keys">Null: envelopes are not opened.</param>
    /// <param name="live">A daemon is at work in it, which may be this process.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static Task<CheckReport> RunAsync(
        string folder, KeyRing? keys, bool live, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        Task.Run(() => new FolderCheck(folder, live, progress, cancellationToken).Run(keys), cancellationToken);

    /// <summary>A data folder that nobody has open, or a backup; unlocked here, without changing anything.</summary>
    /// <param name="source">Opens it; null: envelopes are not opened.</param>
    public static async Task<CheckReport> RunAsync(
        string folder, KeySource? source, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var isBackup = BackupManifest.IsIn(folder);
        using var folderLock = isBackup ? null : FolderLock.Take(folder);
        var before = isBackup ? BackupFiles.Check(folder, progress, cancellationToken) : [];
        var report = await UnlockedAsync();
        return report with { Findings = [.. before, .. report.Findings] };

        async Task<CheckReport> UnlockedAsync()
        {
            try
            {
                await using var store = source is null ? null : SqliteKeyStore.OpenCopy(folder);
                using var keys = store is null ? null : KeyRing.Open(store, source!);
                return await RunAsync(folder, keys, live: false, progress, cancellationToken);
            }
            catch (Exception failure) when (failure is KeyException or StoreException)
            {
                // The keys cannot be had: what can be said without them is still worth saying.
                var structure = await RunAsync(folder, keys: null, live: false, progress, cancellationToken);
                return structure with { Findings = [new(SqliteKeyStore.FileName, failure.Message, Cures.Restore), .. structure.Findings] };
            }
        }
    }

    private CheckReport Run(KeyRing? keys)
    {
        new FileCheck(_folder, _findings).Run();
        var sound = DatabaseIsSound(SqliteKeyStore.FileName, KeySchema.Migrations) & DatabaseIsSound(SqliteStore.FileName, StoreSchema.Migrations);
        if (!sound)
        {
            // Rows of a damaged database would be found damaged again, one by one.
            _findings.Notices.Add("records were not opened: put right the databases first");
            return new CheckReport(_findings.All, _findings.Notices, 0, 0, 0);
        }

        try
        {
            return LookAtRecords(keys);
        }
        catch (Exception failure) when (SqliteFailure.Is(failure) || failure is StoreException)
        {
            _findings.Add(SqliteStore.FileName, (failure as StoreException ?? SqliteFailure.Of(failure, SqliteStore.FileName)).Message);
            return new CheckReport(_findings.All, _findings.Notices, 0, 0, 0);
        }
    }

    private CheckReport LookAtRecords(KeyRing? keys)
    {
        using var store = Database.OpenReader(Path.Combine(_folder, SqliteStore.FileName));
        var invariants = new InvariantCheck(store, _findings);
        invariants.Run();
        if (keys is null)
        {
            _findings.Notices.Add("no key was at hand, so no record was opened: this looked at the structure only");
        }

        var records = keys is null ? null : new RecordsCheck(store, _folder, new Sealer(keys), _findings, _progress, _stop);
        records?.Run(invariants.Events + invariants.Deliveries);
        var destroyed = keys is null ? 0 : new KeysCheck(_folder, keys, _findings).Run(records!.WithoutKey);
        new BlobsCheck(store, _folder, _live, _findings).Run();
        new AttachmentsCheck(store, _folder, _live, _findings).Run(keys is null ? null : new Sealer(keys), _stop);
        return new CheckReport(_findings.All, _findings.Notices, invariants.Events, invariants.Deliveries, destroyed, records?.Opened);
    }

    private bool DatabaseIsSound(string name, Migrations migrations)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
        {
            _findings.Add(name, "it is missing");
            return false;
        }

        if (!_live && WalFile.Look(path) is { Why: { } why })
        {
            _findings.Add(name + "-wal", why, "Bridge goes on with what is left; what was acknowledged in the lost part is gone unless a backup has it");
        }

        try
        {
            migrations.CheckFile(_folder);
            using var connection = Database.OpenReader(path);
            using var check = new Statement(connection, "PRAGMA integrity_check(20)");
            using var lines = check.Query();
            var sound = true;
            while (lines.Read())
            {
                if (lines.GetString(0) is not "ok" and var problem)
                {
                    _findings.Add(name, problem);
                    sound = false;
                }
            }

            if (sound && Migrations.VersionOf(connection) == 0)
            {
                _findings.Add(name, $"it holds no table: what was written to it is lost, in the file or in {name}-wal");
                sound = false;
            }
            else if (sound && migrations.IsAltered(connection))
            {
                _findings.Add(name, "its schema is not the one that Bridge made");
            }

            return sound;
        }
        catch (Exception failure) when (SqliteFailure.Is(failure) || failure is StoreException)
        {
            _findings.Add(name, (failure as StoreException ?? SqliteFailure.Of(failure, name)).Message);
            return false;
        }
    }
}
