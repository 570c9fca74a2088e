using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Turns what SQLite and the file system throw into <see cref="StoreException"/>, in words for the operator.</summary>
internal static class SqliteFailure
{
    private const int Busy = 5;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private const int SharedMemorySize = 4874; // SQLITE_IOERR_SHMSIZE: the -shm file could not grow
    private const int NoSpace = 28; // errno ENOSPC, as Unix gives it in HResult
    private const int QuotaExceeded = 122; // errno EDQUOT on Linux

    /// <summary>True for what the storage is to blame for, and has not been told yet.</summary>
    public static bool Is(Exception failure) => failure is SqliteException or IOException or UnauthorizedAccessException;

    public static bool IsDiskFull(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: Full } or SqliteException { SqliteExtendedErrorCode: SharedMemorySize } or IOException { HResult: NoSpace or QuotaExceeded };

    /// <summary>A value is NULL where the schema allows none.</summary>
    public static StoreException OfMissingValue(InvalidOperationException failure, string file) =>
        new($"{file} is damaged (a value is missing): stop Bridge and restore the folder from a backup", failure);

    public static StoreException Of(Exception failure, string file) => failure switch
    {
        _ when IsDiskFull(failure) =>
            new($"the disk that holds {file} is full: make room, Bridge goes on by itself", failure) { DiskFull = true },
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } =>
            new StoreException($"{file} is damaged ({((SqliteException)failure).SqliteErrorCode}): stop Bridge and restore the folder from a backup", failure),
        SqliteException { SqliteErrorCode: Busy } => new StoreException($"{file} is in use by another program", failure),
        SqliteException { SqliteErrorCode: CannotOpen } => new StoreException($"{file} cannot be opened: look at its permissions and the disk", failure),
        SqliteException other => new StoreException($"{file} failed: SQLite error {other.SqliteExtendedErrorCode} ({other.Message})", failure),
        _ => new StoreException($"{file} failed: {failure.Message}", failure),
    };
}
