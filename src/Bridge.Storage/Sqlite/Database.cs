using System.Globalization;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Opens the project's SQLite files: private, WAL, every commit on the disk, and brought to the newest schema.</summary>
internal static class Database
{
    /// <summary>The one connection that writes. Creates the file when it is not there.</summary>
    public static SqliteConnection OpenWriter(string path, IReadOnlyList<string> migrations, string pragmas = "")
    {
        SqliteConnection? connection = null;
        try
        {
            // SQLite gives its journal the mode of the database, so making this file private makes all of them private.
            PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
            connection = Open(path, SqliteOpenMode.ReadWrite);
            Run(connection, $"PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {pragmas}");
            Migrate(connection, Path.GetFileName(path), migrations);
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

    // Forward only, each in its own transaction, the number written with it: a crash between two of them goes on where it stopped.
    private static void Migrate(SqliteConnection connection, string name, IReadOnlyList<string> migrations)
    {
        var version = Version(connection);
        if (version > migrations.Count)
        {
            throw new StoreException(
                $"{name} was written by a newer Bridge (schema {version}; this one knows {migrations.Count}): install that version again, or restore a backup made before the update");
        }

        for (var next = version; next < migrations.Count; next++)
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {migrations[next]} PRAGMA user_version={next + 1}; COMMIT"));
        }
    }

    private static int Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
