using System.Text;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class MigrationTests : IDisposable
{
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();

    public static TheoryData<string> Fixtures { get; } = [.. Directory.GetDirectories(FixtureFolder.Home).Select(path => Path.GetFileName(path))];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _telemetry.Dispose();
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task What_an_earlier_Bridge_stored_is_read_by_this_one(string fixture)
    {
        var path = Copy(fixture);
        await using var folder = await DataFolder.OpenAsync(path, null, name => null, _telemetry, TimeProvider.System, Ct);
        var said = new List<string>();
        foreach (var id in await folder.Store.EventsBetweenAsync(default, new EventId(Guid.AllBitsSet), 100, Ct))
        {
            var row = (await folder.Store.FindEventAsync(id, Ct))!;
            var arrival = SealedJson.Read<Arrival>(folder.Sealer.Open(RecordKind.Event, RecordId.Of(id), row.Body));
            said.Add(arrival.Inbound.Event is DataReported data ? Encoding.UTF8.GetString(data.Payload.Bytes.Span) : "");
        }

        var expected = await File.ReadAllLinesAsync(Path.Combine(FixtureFolder.Home, fixture, "said.txt"), Ct);
        Assert.Equal(expected, said.Intersect(expected));
        Assert.NotEmpty(await folder.Store.OpenLanesAsync(Ct));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task An_earlier_database_comes_to_today_s_schema(string fixture)
    {
        await (await DataFolder.OpenAsync(Copy(fixture), null, name => null, _telemetry, TimeProvider.System, Ct)).DisposeAsync();
        await (await DataFolder.OpenAsync(_files["new"], null, name => null, _telemetry, TimeProvider.System, Ct)).DisposeAsync();
        foreach (var name in (string[])[SqliteStore.FileName, SqliteKeyStore.FileName])
        {
            Assert.Equal(SchemaOf(_files[$"new/{name}"]), SchemaOf(_files[$"data/{name}"]));
        }
    }

    [Fact]
    public async Task An_earlier_database_is_written_anew_without_going_through_memory()
    {
        using var old = new FixtureFolder("store-1-keys-2");
        old.Change(SqliteStore.FileName, """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO events (sequence, id, kind, endpoint, conversation, received_at, size, body, decision)
            SELECT 1000000 + i, randomblob(16), 'data', 'home', randomblob(16), 0, 60000, randomblob(60000), randomblob(30) FROM n
            """);
        SQLitePCL.raw.sqlite3_memory_highwater(1);
        await (await DataFolder.OpenAsync(old.Path, null, name => null, _telemetry, TimeProvider.System, Ct)).DisposeAsync();
        Assert.InRange(SQLitePCL.raw.sqlite3_memory_highwater(0), 1, 30_000_000);
        Assert.True(new FileInfo(old[SqliteStore.FileName]).Length > 60_000_000);
    }

    [Fact]
    public void Today_s_schema_has_a_fixture()
    {
        var today = Path.Combine(FixtureFolder.Home, FixtureFolder.Today);
        Assert.True(Directory.Exists(today), $"there is no {FixtureFolder.Today}: run tests/Bridge.Storage.Tests/Fixtures/make and commit what it made");
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_database_as_it_was()
    {
        var path = _files["some.db"];
        string[] steps = ["CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);"];
        Database.OpenWriter(path, new Migrations("some.db", steps), out _).Dispose();
        var before = SchemaOf(path);
        var broken = new Migrations("some.db", [.. steps, "CREATE TABLE b (y INTEGER) STRICT; DELETE FROM a;", "INSERT INTO nowhere VALUES (1);"]);
        var refused = Assert.Throws<StoreException>(() => Database.OpenWriter(path, broken, out _));
        Assert.StartsWith("some.db could not be brought from schema 1 to 3 (", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, SchemaOf(path));
        using var old = Database.OpenWriter(path, new Migrations("some.db", steps), out var schemaBefore);
        using var rows = new Statement(old, "SELECT x FROM a");
        Assert.Equal((1, 7L), (schemaBefore, rows.Scalar()));
    }

    [Fact]
    public async Task A_folder_with_one_newer_database_is_refused_before_the_other_is_touched()
    {
        var path = Copy(Path.GetFileName(Directory.GetDirectories(FixtureFolder.Home).Order(StringComparer.Ordinal).First()));
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(path, SqliteStore.FileName)};Pooling=False"))
        {
            connection.Open();
            Database.Run(connection, "PRAGMA user_version=99");
        }

        var keys = await File.ReadAllBytesAsync(Path.Combine(path, SqliteKeyStore.FileName), Ct);
        var refused = await Assert.ThrowsAsync<StoreException>(() => DataFolder.OpenAsync(path, null, name => null, _telemetry, TimeProvider.System, Ct));
        Assert.Contains("store.db was written by a newer Bridge (schema 99; this one knows ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(keys, await File.ReadAllBytesAsync(Path.Combine(path, SqliteKeyStore.FileName), Ct));
    }

    private string Copy(string fixture)
    {
        FixtureFolder.Copy(Path.Combine(FixtureFolder.Home, fixture), _files["data"]);
        return _files["data"];
    }

    private static List<string> SchemaOf(string path)
    {
        using var connection = Database.OpenReader(path);
        using var statement = new Statement(connection, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name");
        using var rows = statement.Query();
        var schema = new List<string> { $"{Migrations.VersionOf(connection)}" };
        while (rows.Read())
        {
            schema.Add(rows.GetString(0));
        }

        return schema;
    }
}
