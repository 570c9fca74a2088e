namespace Bridge.Storage.Sqlite;

/// <summary>The store's migrations, numbered by position. Never change one that was released; add the next, and its
/// fixture (tests/Bridge.Storage.Tests/Fixtures/make).</summary>
internal static class StoreSchema
{
    // A partial index holds the open deliveries alone, so lanes stay fast however long the history is; settled_badly does it for dead letters.
    // Small columns stand before the sealed ones, so that scanning headers does not read bodies.
    private const string Beginning = """
        CREATE TABLE events (
          sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, endpoint TEXT NOT NULL, conversation BLOB NOT NULL,
          received_at INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB, decision BLOB NOT NULL) STRICT;
        CREATE TABLE deliveries (
          id INTEGER PRIMARY KEY, event BLOB NOT NULL, endpoint TEXT NOT NULL, address BLOB NOT NULL, critical INTEGER NOT NULL, state INTEGER NOT NULL,
          attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, not_before INTEGER, content BLOB NOT NULL, progress BLOB) STRICT;
        CREATE INDEX deliveries_of_event ON deliveries (event, id);
        CREATE INDEX deliveries_open ON deliveries (endpoint, address, critical, id) WHERE state < 10;
        CREATE INDEX deliveries_settled_badly ON deliveries (state, id) WHERE state >= 20;
        CREATE TABLE delivery_counts (state INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;
        CREATE TABLE natives (id BLOB PRIMARY KEY, event BLOB NOT NULL, delivery INTEGER, part INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE state (scope TEXT NOT NULL, key BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (scope, key)) STRICT;
        """;

    // The head is written when rows go, so that their numbers are not given again.
    private const string ThingsThatGo = """
        CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, delivery INTEGER NOT NULL) STRICT;
        INSERT INTO head VALUES (1, 0, 0);
        CREATE TABLE expiries (before INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        CREATE TABLE shreds (event BLOB PRIMARY KEY, asked_at INTEGER NOT NULL, done_at INTEGER, keys BLOB NOT NULL) STRICT, WITHOUT ROWID;
        """;

    public static Migrations Migrations { get; } = new(SqliteStore.FileName, [Beginning, ThingsThatGo]);
}
