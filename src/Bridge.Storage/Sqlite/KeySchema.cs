namespace Bridge.Storage.Sqlite;

/// <summary>The key database's migrations, numbered by position. Never change one that was released; add the next, and its
/// fixture (tests/Bridge.Storage.Tests/Fixtures/make).</summary>
internal static class KeySchema
{
    private const string Beginning = """
        CREATE TABLE slots (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, parameters TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
        CREATE TABLE keys (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, generation INTEGER NOT NULL, epoch TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
        """;

    public static Migrations Migrations { get; } = new(SqliteKeyStore.FileName, [Beginning]);
}
