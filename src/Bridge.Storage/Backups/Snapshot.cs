using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Backups;

/// <summary>
/// Copies one database as it is at one moment, while others write to it. <c>VACUUM INTO</c> reads one snapshot of the write-ahead log, so the
/// writer never waits, and it writes what is there and nothing else: no byte of a removed row, or of a destroyed key, gets into the copy.
/// </summary>
internal sealed class Snapshot(TimeProvider clock)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether there is nothing in it: it is new, or its log was lost.</summary>
    public static bool IsEmpty(string database)
    {
        using var source = Database.OpenReader(database);
        return Migrations.VersionOf(source) == 0;
    }

    /// <summary>Bytes the copy will have at most.</summary>
    public static long SizeOf(string database)
    {
        using var source = Database.OpenReader(database);
        using var size = new Statement(source, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)");
        return (long)size.Scalar()!;
    }

    public async Task TakeAsync(string from, string to, string unit, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            // SQLite copies into an empty file that is there, and so keeps its mode.
            await PrivateFiles.Open(to, FileMode.CreateNew, FileShare.ReadWrite).DisposeAsync();
            using var source = Database.OpenReader(from);
            var size = SizeOf(from);
            using var interrupting = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(source.Handle));
            var copying = Task.Run(() => Copy(source, to), CancellationToken.None);
            while (!copying.IsCompleted)
            {
                progress.Report(new(Math.Min(new FileInfo(to).Length, size), size, unit));
                await Task.WhenAny(copying, Task.Delay(s_look, clock, CancellationToken.None));
            }

            await copying;
            progress.Report(new(size, size, unit));
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SqliteFailure.IsDiskFull(failure) ? new StoreException($"there is no room for {to}", failure) { DiskFull = true } : SqliteFailure.Of(failure, from);
        }
    }

    private static void Copy(SqliteConnection source, string to)
    {
        using var copy = new Statement(source, "VACUUM INTO ?1");
        copy.Run(to);
    }
}
