using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Opens the project's SQLite files: private, WAL, every commit on the disk, and brought to the newest schema.</summary>
internal static class Database
{
    /// <summary>The one connection that writes. Creates the file when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="migrations">Bring it to the newest schema.</param>
    /// <param name="schemaBefore">The schema it had; zero when it was empty.</param>
    /// <param name="pragmas">Settings of this database alone.</param>
    public static SqliteConnection OpenWriter(string path, Migrations migrations, out int schemaBefore, string pragmas = "")
    {
        SqliteConnection? connection = null;
        try
        {
            // SQLite gives its journal the mode of the database, so making this file private makes all of them private.
            PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
            connection = Open(path, SqliteOpenMode.ReadWrite);

            // Before anything is written: it cannot be changed afterwards without writing the file anew.
            Run(connection, "PRAGMA auto_vacuum=INCREMENTAL");
            Run(connection, $"PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {pragmas}");
            schemaBefore = migrations.Apply(connection);
            return connection;
        }
        catch (Exception failure) when (SqliteFailure.Is(failure) || failure is StoreException)
        {
            connection?.Dispose();
            if (failure is StoreException)
            {
                throw;
            }

            throw SqliteFailure.Of(failure, path);
        }
    }

    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        Run(connection, "PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY");
        return connection;
    }

    /// <summary>For checkpoints alone. It reads once: a connection that never did knows of no log, and its checkpoints do nothing.</summary>
    public static SqliteConnection OpenCheckpointer(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        Run(connection, "PRAGMA busy_timeout=5000; PRAGMA journal_size_limit=67108864; SELECT 1 FROM sqlite_schema");
        return connection;
    }

    /// <summary>
    /// Writes the whole file anew. Through a temporary file and not through memory, which may be smaller: SQLite makes it private and without a name,
    /// and what comes into it stands in the database just so, every body sealed.
    /// </summary>
    public static void Rebuild(SqliteConnection connection)
    {
        Run(connection, "PRAGMA temp_store=FILE");
        try
        {
            Run(connection, "VACUUM");
        }
        finally
        {
            Run(connection, "PRAGMA temp_store=MEMORY");
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // Not pooled: this project keeps its connections, and closing one must close the file.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
