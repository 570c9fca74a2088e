using System.Globalization;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>
/// Brings a database to the newest schema: numbered by position, forward only. What is missing is done in one transaction with the number, so a
/// migration that fails, or a crash in it, leaves the database as the older Bridge wrote it, and that Bridge can still open it.
/// </summary>
internal sealed class Migrations(string database, IReadOnlyList<string> steps)
{
    /// <summary>The schema this Bridge writes.</summary>
    public int Newest => steps.Count;

    /// <summary>Refuses a database that a newer Bridge wrote, before anything in the folder is changed. One that is not there is fine.</summary>
    public void CheckFile(string folder)
    {
        var path = Path.Combine(folder, database);
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return;
        }

        try
        {
            using var connection = Database.OpenReader(path);
            CheckNotNewer(VersionOf(connection));
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            throw SqliteFailure.Of(failure, path);
        }
    }

    /// <summary>The schema the database had; zero when it was empty.</summary>
    public int Apply(SqliteConnection connection)
    {
        var version = VersionOf(connection);
        CheckNotNewer(version);
        if (version == Newest)
        {
            return version;
        }

        using var transaction = connection.BeginTransaction();
        try
        {
            foreach (var step in steps.Skip(version))
            {
                Run(connection, transaction, step);
            }

            Run(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={Newest}"));
            transaction.Commit();
            return version;
        }
        catch (SqliteException failure) when (version > 0 && !SqliteFailure.IsDiskFull(failure))
        {
            throw new StoreException(
                $"{database} could not be brought from schema {version} to {Newest} ({failure.Message}). It is unchanged: run the Bridge that wrote it again, and report this", failure);
        }
    }

    /// <summary>Whether the tables are others than the steps make. One of an earlier schema has yet to be brought there, and is not.</summary>
    public bool IsAltered(SqliteConnection connection)
    {
        if (VersionOf(connection) != Newest)
        {
            return false;
        }

        using var made = new SqliteConnection("Data Source=:memory:;Pooling=False");
        made.Open();
        Apply(made);
        return !SchemaOf(connection).SequenceEqual(SchemaOf(made));
    }

    private static List<string> SchemaOf(SqliteConnection connection)
    {
        using var select = new Statement(connection, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name");
        using var rows = select.Query();
        var schema = new List<string>();
        while (rows.Read())
        {
            schema.Add(rows.GetString(0));
        }

        return schema;
    }

    public static int VersionOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void CheckNotNewer(int version)
    {
        if (version > Newest)
        {
            throw new StoreException(
                $"{database} was written by a newer Bridge (schema {version}; this one knows {Newest}): install that version again, or restore a backup made before the update");
        }
    }

    private static void Run(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
