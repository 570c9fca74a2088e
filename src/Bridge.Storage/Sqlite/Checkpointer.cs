using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bridge.Storage.Sqlite;

/// <summary>
/// Brings the write-ahead log into the database file, beside the writer. SQLite would do it within every so-many-th commit, and all messages of that time would
/// wait for it: ten milliseconds and more, twice a second at 500 messages a second.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    /// <summary>So few that the log stays near 32 MB and a start after a crash reads it in a moment, so many that few messages meet a checkpoint.</summary>
    public const int PagesBetween = 8_000;

    // A monitor, as in StoreWriter; what is signalled while a checkpoint runs is kept.
    private readonly object _lock = new();
    private readonly Lock _running = new();
    private readonly Lock _writing;
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _own;
    private readonly Thread _thread;
    private int _pages;
    private bool _due;
    private bool _closed;

    /// <param name="path">The database.</param>
    /// <param name="writer">The connection whose pages are counted.</param>
    /// <param name="writing">Held by whoever writes.</param>
    public Checkpointer(string path, SqliteConnection writer, Lock writing)
    {
        (_writer, _writing) = (writer, writing);
        _own = Database.OpenCheckpointer(path);
        _thread = new Thread(Run) { IsBackground = true, Name = "bridge checkpoints" };
        _thread.Start();
    }

    /// <summary>Called after each commit by whoever holds the writing lock.</summary>
    public void Committed()
    {
        _ = raw.sqlite3_db_status(_writer.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, resetFlg: 1);
        _pages += written;
        if (_pages < PagesBetween)
        {
            return;
        }

        _pages = 0;
        lock (_lock)
        {
            _due = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Empties the log, so that nothing that was deleted stays in it. Called by whoever holds the writing lock.</summary>
    public void Truncate() => Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.Pulse(_lock);
        }

        _thread.Join();
        _own.Dispose();
    }

    private void Run()
    {
        while (Next())
        {
            Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);

            // The few pages of meanwhile: the next commit then begins the log anew, and it does not grow.
            lock (_writing)
            {
                Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            }
        }
    }

    private bool Next()
    {
        lock (_lock)
        {
            while (!_due && !_closed)
            {
                Monitor.Wait(_lock);
            }

            _due = false;
            return !_closed;
        }
    }

    // One at a time, since SQLite turns a second one away. A failure loses nothing: all of it stays in the log until a later one succeeds, and a disk that is
    // full or broken is the matter of the commits, which say so.
    private void Checkpoint(int mode)
    {
        lock (_running)
        {
            _ = raw.sqlite3_wal_checkpoint_v2(_own.Handle, "main", mode, out _, out _);
        }
    }
}
