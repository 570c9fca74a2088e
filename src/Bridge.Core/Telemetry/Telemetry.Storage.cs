using Bridge.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

public sealed partial class Telemetry
{
    /// <summary>One transaction of a group of writes is durable.</summary>
    public void Committed(int writes, TimeSpan took)
    {
        Count("store.commits");
        Count("store.writes", by: writes);
        Count("store.commit_microseconds", by: (long)took.TotalMicroseconds);
        _commitTime.Record(took.TotalSeconds);
    }

    /// <summary>A group of writes is not stored. Logged when the trouble begins, counted each time: a full disk must not fill the log too.</summary>
    public void CommitFailed(int writes, StoreException failure, bool first)
    {
        Count("store.failures", failure.DiskFull ? "disk full" : "error", writes);
        if (first)
        {
            LogCommitFailed(failure.Message, writes);
        }
    }

    /// <summary>The data folder cannot be opened before there is room; tried again until then. Logged once.</summary>
    public void NoRoomToStart(StoreException failure, bool first)
    {
        Count("store.failures", "disk full");
        if (first)
        {
            LogNoRoomToStart(failure.Message);
        }
    }

    /// <summary>A commit succeeded after failures.</summary>
    public void StoreRecovered()
    {
        Count("store.recoveries");
        LogStoreRecovered();
    }

    /// <summary>Where the root key came from.</summary>
    public void Unlocked(string source, string? notice)
    {
        Count("keys.unlocked", source);
        LogUnlocked(source);
        if (notice is not null)
        {
            LogKeyNotice(notice);
        }
    }

    /// <summary>Blob files without an envelope were removed: what a crash between file and commit leaves.</summary>
    public void OrphansSwept(int blobs)
    {
        Count("store.orphans", by: blobs);
        LogOrphansSwept(blobs);
    }

    /// <summary>A database was opened; told when that changed its schema.</summary>
    public void SchemaIs(string database, int before, int now)
    {
        if (before != now && before > 0)
        {
            Count("store.migrations", database);
            LogMigrated(database, before, now);
        }
    }

    /// <summary>A write-ahead log cannot be read to its end: acknowledged writes are lost.</summary>
    public void LogIsDamaged(string log, string why)
    {
        Count("store.damaged_logs", log);
        LogLogIsDamaged(log, why);
    }

    /// <summary>The first start on restored data.</summary>
    public void Restored(DateTimeOffset madeAt, int inDoubt)
    {
        Count("store.restored");
        LogRestored(madeAt, inDoubt);
    }

    [LoggerMessage(1301, LogLevel.Error, "The store takes nothing: {Reason}. Writes that failed: {Writes}; nothing is acknowledged until it works again")]
    private partial void LogCommitFailed(string reason, int writes);

    [LoggerMessage(1319, LogLevel.Error, "The data folder cannot be opened yet: {Reason}")]
    private partial void LogNoRoomToStart(string reason);

    [LoggerMessage(1302, LogLevel.Warning, "The store works again")]
    private partial void LogStoreRecovered();

    [LoggerMessage(1303, LogLevel.Information, "The data is unlocked by {Source}")]
    private partial void LogUnlocked(string source);

    [LoggerMessage(1304, LogLevel.Warning, "{Notice}")]
    private partial void LogKeyNotice(string notice);

    [LoggerMessage(1305, LogLevel.Information, "Removed {Blobs} unfinished blob files of an earlier run")]
    private partial void LogOrphansSwept(int blobs);

    [LoggerMessage(1306, LogLevel.Information, "Brought {Database} from schema {Before} to {Now}; an older Bridge cannot open it any more")]
    private partial void LogMigrated(string database, int before, int now);

    [LoggerMessage(1308, LogLevel.Error, "{Log} is damaged: {Why}. What was acknowledged last may be lost; Bridge goes on with the rest. Look at the disk, and see: bridge check")]
    private partial void LogLogIsDamaged(string log, string why);

    [LoggerMessage(1307, LogLevel.Warning, "The data was restored from a backup made {MadeAt:u}: {InDoubt} open deliveries may have been sent since; where a repeat would be a second message they become uncertain (see: bridge deliveries list)")]
    private partial void LogRestored(DateTimeOffset madeAt, int inDoubt);
}
