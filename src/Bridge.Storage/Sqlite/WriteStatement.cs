using System.Buffers.Binary;
using Bridge.Abstractions;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bridge.Storage.Sqlite;

/// <summary>
/// A statement of the one writer, prepared once, its values bound by place straight into SQLite: several run per message, and a command with named
/// parameters costs more than the insert it makes. Bind every value in order, then run.
/// </summary>
internal sealed class WriteStatement(SqliteConnection connection, string sql) : IDisposable
{
    private readonly sqlite3_stmt _statement = Prepare(connection, sql);
    private int _bound;

    public WriteStatement Bind(long value) => Checked(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public WriteStatement Bind(long? value) => value is { } number ? Bind(number) : Checked(raw.sqlite3_bind_null(_statement, ++_bound));

    public WriteStatement Bind(string value) => Checked(raw.sqlite3_bind_text(_statement, ++_bound, value));

    public WriteStatement Bind(byte[]? value) =>
        Checked(value is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_blob(_statement, ++_bound, value));

    public WriteStatement Bind(EventId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Checked(raw.sqlite3_bind_blob(_statement, ++_bound, bytes));
    }

    public WriteStatement Bind(BlindIndex index)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, index.Value);
        return Checked(raw.sqlite3_bind_blob(_statement, ++_bound, bytes));
    }

    /// <summary>Throws <see cref="SqliteException"/>.</summary>
    public void Run()
    {
        var code = raw.sqlite3_step(_statement);
        Reset();
        Check(code is raw.SQLITE_DONE or raw.SQLITE_ROW ? raw.SQLITE_OK : code);
    }

    /// <summary>The first column of the first row; null: there is none.</summary>
    public long? Number()
    {
        var code = raw.sqlite3_step(_statement);
        var value = code == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : (long?)null;
        Reset();
        Check(code is raw.SQLITE_DONE or raw.SQLITE_ROW ? raw.SQLITE_OK : code);
        return value;
    }

    public void Dispose() => _statement.Dispose();

    // What a failed step returned, reset returns once more.
    private void Reset()
    {
        raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    private WriteStatement Checked(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            _bound = 0;
            Check(code);
        }

        return this;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection.Handle!);

    private static sqlite3_stmt Prepare(SqliteConnection connection, string sql)
    {
        var code = raw.sqlite3_prepare_v3(connection.Handle!, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement);
        SqliteException.ThrowExceptionForRC(code, connection.Handle!);
        return statement;
    }
}
