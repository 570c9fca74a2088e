namespace Bridge.Storage.Sqlite;

/// <summary>The key database's migrations, numbered by position. Never change one that was released; add the next, and its
/// fixture (tests/Bridge.Storage.Tests/Fixtures/make).</summary>
internal static class KeySchema
{
    private const string Beginning = """
        CREATE TABLE slots (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, parameters TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
        CREATE TABLE keys (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, generation INTEGER NOT NULL, epoch TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
        """;

    // Of a key made before its epoch's end was noted it is known that it was made in this month or earlier, and no epoch is longer than a month.
    private const string SlotsThatRotate = """
        ALTER TABLE slots ADD COLUMN name TEXT NOT NULL DEFAULT '';
        ALTER TABLE slots ADD COLUMN tag BLOB NOT NULL DEFAULT x'';
        ALTER TABLE slots ADD COLUMN made_at INTEGER;
        ALTER TABLE slots ADD COLUMN used_at INTEGER;
        ALTER TABLE keys ADD COLUMN made INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE keys ADD COLUMN ends INTEGER;
        UPDATE keys SET ends = (unixepoch('now', 'start of month', '+1 month') + 62135596800) * 10000000 WHERE epoch <> 'index';
        CREATE TABLE roots (generation INTEGER PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
        """;

    public static Migrations Migrations { get; } = new(SqliteKeyStore.FileName, [Beginning, SlotsThatRotate]);
}
