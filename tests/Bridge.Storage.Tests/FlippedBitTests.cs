using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Bridge.Testing.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Bridge.Storage.Tests;

/// <summary>
/// Law 5's other half: a bit flipped anywhere is reported, and never delivered. A flip that <c>check</c> does not report must have changed nothing that
/// is read (unused bytes), or one of the few clear columns that say nothing about content.
/// </summary>
public sealed class FlippedBitTests : IDisposable
{
    // What a flip there does: a repeat of an old message may be taken for a new one; an attempt comes sooner or later, or one more or less;
    // an order or a date is shown wrongly.
    private static readonly string[] s_clear =
    [
        "natives.id", "natives.event", "natives.delivery", "natives.part", "deliveries.attempts", "deliveries.not_before", "events.sequence",
        "keys.number", "keys.made", "keys.ends", "slots.id", "slots.name", "slots.made_at", "slots.used_at",
    ];

    private readonly FixtureFolder _sound = new();
    private readonly TestFolder _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sound.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData(SqliteStore.FileName, 80)]
    [InlineData(SqliteStore.FileName + "-wal", 25)]
    [InlineData(SqliteKeyStore.FileName, 25)]
    [InlineData(SqliteKeyStore.FileName + "-wal", 15)]
    [InlineData("blobs", 10)]
    public Task A_flipped_bit_is_reported_and_changes_nothing_that_is_delivered(string file, int flips) => FlipAsync(file, flips, seed: 20261121);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(SqliteStore.FileName)]
    [InlineData(SqliteStore.FileName + "-wal")]
    [InlineData(SqliteKeyStore.FileName)]
    [InlineData(SqliteKeyStore.FileName + "-wal")]
    [InlineData("blobs")]
    public Task A_flipped_bit_among_many_is_reported(string file) => FlipAsync(file, 3_000, Environment.TickCount);

    private async Task FlipAsync(string name, int flips, int seed)
    {
        await LeaveAsync(withLogs: name.EndsWith("-wal", StringComparison.Ordinal));
        var (contents, rows) = (await ContentsAsync(Spoilt("sound", null, 0)), Rows(Spoilt("sound rows", null, 0)));
        Assert.Empty((await FixtureFolder.CheckAsync(Spoilt("sound check", null, 0), withKey: true)).Findings);
        var random = new Random(seed);
        var (reported, unused, clear) = (0, 0, 0);
        for (var flip = 0; flip < flips; flip++)
        {
            var file = name == "blobs" ? Path.GetRelativePath(_sound.Path, Directory.GetFiles(_sound["blobs"]).Single()) : name;
            var bit = random.NextInt64(new FileInfo(_sound[file]).Length * 8);
            var because = $"{file}, bit {bit}, seed {seed}";
            if (await IsReportedAsync(Spoilt("checked", file, bit)))
            {
                reported++;
            }
            else
            {
                var changed = Differences(rows, Rows(Spoilt("read", file, bit)));
                Assert.True(changed.Except(s_clear).FirstOrDefault() is null, $"{because}: {string.Join(", ", changed)} changed, and no check says so");
                (unused, clear) = changed.Count == 0 ? (unused + 1, clear) : (unused, clear + 1);
            }

            foreach (var (id, content) in await ContentsAsync(Spoilt("started", file, bit)))
            {
                Assert.True(contents.TryGetValue(id, out var original) && content.AsSpan().SequenceEqual(original), $"{because}: {id} would be delivered with another content");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: of {flips} flips {reported} reported, {unused} in unused bytes, {clear} in clear columns");
    }

    /// <summary>A folder in use; with logs, as a killed process leaves it: the latest stands only there.</summary>
    private async Task LeaveAsync(bool withLogs)
    {
        using var telemetry = Log.Silent();
        await using (var folder = await DataFolder.OpenAsync(_sound.Path, null, name => null, telemetry, TimeProvider.System, Ct))
        {
            await MultiplyAsync(folder, 1, 60);
        }

        if (!withLogs)
        {
            return;
        }

        await using var killed = await DataFolder.OpenAsync(_sound.Path, null, name => null, telemetry, TimeProvider.System, Ct);
        killed.Sealer.Seal(RecordKind.Event, 1, "data:late:2026-11-21", [1]);
        await MultiplyAsync(killed, 61, 10);
        FixtureFolder.Copy(_sound.Path, _files["killed"]);
        await killed.DisposeAsync();
        Directory.Delete(_sound.Path, recursive: true);
        FixtureFolder.Copy(_files["killed"], _sound.Path);
    }

    /// <summary>Stores the first event and delivery of the fixture again and again, each under numbers of its own.</summary>
    private static async Task MultiplyAsync(DataFolder folder, int first, int count)
    {
        var sealer = folder.Sealer;
        var delivery = (await folder.Store.FindDeliveryAsync(new DeliveryId(1), Ct))!;
        var row = (await folder.Store.FindEventAsync(delivery.Event, Ct))!;
        var arrival = SealedJson.Read<Arrival>(sealer.Open(RecordKind.Event, RecordId.Of(row.Id), row.Body));
        var decision = sealer.Open(RecordKind.Decision, RecordId.Of(row.Id), row.Decision);
        var content = sealer.Open(RecordKind.Content, RecordId.Of(delivery.Id), delivery.Content);
        var scope = EpochScope.Data(row.Endpoint, row.ReceivedAt);
        for (var number = first; number < first + count; number++)
        {
            var (id, owed) = (SampleRows.EventId(number), new DeliveryId(1_000 + number));
            var body = SealedJson.Write(arrival with { Id = id });
            await folder.Store.CommitAsync(
            [
                new StoreChange.AddEvent(row with
                {
                    Sequence = 1_000 + number, Id = id, Size = body.Length, Body = sealer.Seal(RecordKind.Event, RecordId.Of(id), scope, body),
                    Decision = sealer.Seal(RecordKind.Decision, RecordId.Of(id), scope, decision),
                }),
                new StoreChange.AddDelivery(delivery with
                {
                    Id = owed, Event = id, Progress = null, Content = sealer.Seal(RecordKind.Content, RecordId.Of(owed), scope, content),
                }),
            ], Ct);
        }
    }

    private string Spoilt(string purpose, string? file, long bit)
    {
        var folder = _files[purpose];
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        FixtureFolder.Copy(_sound.Path, folder);
        if (file is not null)
        {
            using var spoilt = new FileStream(Path.Combine(folder, file), FileMode.Open);
            spoilt.Position = bit / 8;
            var old = spoilt.ReadByte();
            spoilt.Position = bit / 8;
            spoilt.WriteByte((byte)(old ^ (1 << (int)(bit % 8))));
        }

        return folder;
    }

    private static async Task<bool> IsReportedAsync(string folder)
    {
        try
        {
            return (await FixtureFolder.CheckAsync(folder, withKey: true)).Findings.Count > 0;
        }
        catch (Exception refused) when (refused is KeyException or StoreException)
        {
            return true;
        }
    }

    /// <summary>Every content a daemon started on the folder could open; empty when it refuses to start.</summary>
    private static async Task<Dictionary<string, byte[]>> ContentsAsync(string path)
    {
        var contents = new Dictionary<string, byte[]>();
        using var telemetry = Log.Silent();
        try
        {
            await using var folder = await DataFolder.OpenAsync(path, null, name => null, telemetry, TimeProvider.System, Ct);
            foreach (var id in await folder.Store.EventsBetweenAsync(default, new EventId(Guid.AllBitsSet), 1_000, Ct))
            {
                var row = await folder.Store.FindEventAsync(id, Ct);
                Keep($"event {id}", RecordKind.Event, RecordId.Of(id), row?.Body ?? []); // an index may name what the table has not
            }

            foreach (var row in await folder.Store.ListDeliveriesAsync(null, 1_000, Ct))
            {
                Keep($"delivery {row.Id}", RecordKind.Content, RecordId.Of(row.Id), row.Content);
            }

            void Keep(string id, RecordKind kind, UInt128 record, byte[] envelope)
            {
                try
                {
                    contents[id] = folder.Sealer.Open(kind, record, envelope);
                }
                catch (SealException)
                {
                    // Reported by the daemon as content that cannot be opened; not delivered.
                }
            }
        }
        catch (Exception refused) when (refused is StoreException or KeyException)
        {
            // It does not start, or stops there, and says so.
        }

        return contents;
    }

    /// <summary>Every value of every row, by table and column, in the order of the rows.</summary>
    private static Dictionary<string, List<string>> Rows(string folder)
    {
        var values = new Dictionary<string, List<string>>();
        foreach (var database in (string[])[SqliteStore.FileName, SqliteKeyStore.FileName])
        {
            using var connection = Database.OpenReader(Path.Combine(folder, database));
            foreach (var table in Names(connection))
            {
                using var all = new Statement(connection, $"SELECT * FROM {table}");
                using var rows = all.Query();
                while (rows.Read())
                {
                    for (var column = 0; column < rows.FieldCount; column++)
                    {
                        var name = $"{table}.{rows.GetName(column)}";
                        values.TryAdd(name, []);
                        values[name].Add(rows.GetValue(column) is byte[] bytes ? Convert.ToHexString(bytes) : $"{rows.GetValue(column)}");
                    }
                }
            }
        }

        return values;
    }

    private static List<string> Names(SqliteConnection connection)
    {
        using var tables = new Statement(connection, "SELECT name FROM sqlite_master WHERE type = 'table'");
        using var rows = tables.Query();
        var names = new List<string>();
        while (rows.Read())
        {
            names.Add(rows.GetString(0));
        }

        return names;
    }

    private static List<string> Differences(Dictionary<string, List<string>> left, Dictionary<string, List<string>> right) =>
        [.. left.Keys.Union(right.Keys).Where(name => !left.GetValueOrDefault(name, []).SequenceEqual(right.GetValueOrDefault(name, [])))];
}
