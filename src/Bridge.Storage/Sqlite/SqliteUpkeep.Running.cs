using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

// How its statements are run.
internal sealed partial class SqliteUpkeep
{
    private ValueTask<T> Write<T>(Func<SqliteTransaction, T> change, Action? afterwards = null) => Locked(() =>
    {
        using var transaction = connection.BeginTransaction();
        var result = change(transaction);
        transaction.Commit();
        checkpointer.Committed();
        afterwards?.Invoke();
        return result;
    });

    private ValueTask<T> Locked<T>(Func<T> work)
    {
        try
        {
            lock (writing)
            {
                return ValueTask.FromResult(work());
            }
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            return ValueTask.FromException<T>(SqliteFailure.Of(failure, path));
        }
    }

    private static ValueTask<T> Read<T>(Func<T> query)
    {
        try
        {
            return ValueTask.FromResult(query());
        }
        catch (StoreException failure)
        {
            return ValueTask.FromException<T>(failure);
        }
    }

    private static async ValueTask Done<T>(ValueTask<T> work) => await work;

    private int Run(SqliteTransaction? transaction, string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new Statement(connection, sql, transaction);
        using var rows = statement.Query(values);
        while (rows.Read())
        {
            // A pragma does its work row by row.
        }

        return rows.RecordsAffected;
    }

    private long? Number(SqliteTransaction? transaction, string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new Statement(connection, sql, transaction);
        return statement.Scalar(values) as long?;
    }

    private List<T> List<T>(SqliteTransaction transaction, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var statement = new Statement(connection, sql, transaction);
        using var rows = statement.Query(values);
        var list = new List<T>();
        while (rows.Read())
        {
            list.Add(read(rows));
        }

        return list;
    }
}
