using System.Collections.Concurrent;
using System.Data;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Reading connections, as many as reads at one time, each with its prepared statements.</summary>
internal sealed class Readers(string path) : IDisposable
{
    private readonly ConcurrentBag<Reader> _idle = [];

    public T Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        Reader? reader = null;
        try
        {
            reader = Take();
            using var rows = reader.Statement(sql).Query(values);
            return read(rows);
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            throw SqliteFailure.Of(failure, path);
        }
        catch (InvalidOperationException failure) when (reader is { IsOpen: true })
        {
            throw SqliteFailure.OfMissingValue(failure, path);
        }
        finally
        {
            if (reader is not null)
            {
                _idle.Add(reader);
            }
        }
    }

    public List<T> List<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values) => Query(sql, rows =>
    {
        var list = new List<T>();
        while (rows.Read())
        {
            list.Add(read(rows));
        }

        return list;
    }, values);

    public T? Find<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
        where T : class => Query(sql, rows => rows.Read() ? read(rows) : null, values);

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private Reader Take() => _idle.TryTake(out var reader) ? reader : new Reader(Database.OpenReader(path));

    private sealed class Reader(SqliteConnection connection) : IDisposable
    {
        private readonly Dictionary<string, Statement> _statements = [];

        public bool IsOpen => connection.State == ConnectionState.Open;

        public Statement Statement(string sql) =>
            _statements.TryGetValue(sql, out var known) ? known : _statements[sql] = new Statement(connection, sql);

        public void Dispose()
        {
            foreach (var statement in _statements.Values)
            {
                statement.Dispose();
            }

            connection.Dispose();
        }
    }
}
