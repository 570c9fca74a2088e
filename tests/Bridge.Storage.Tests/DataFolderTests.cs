using System.Text;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class DataFolderTests : IDisposable
{
    private static readonly string s_key = new('a', 64);
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _telemetry.Dispose();
    }

    private Task<DataFolder> OpenAsync(string? key = null, params (string Name, string Value)[] environment) => DataFolder.OpenAsync(
        _files["data"], key is null ? null : new ConfiguredKey(new Secret(key)), name => environment.FirstOrDefault(variable => variable.Name == name).Value, _telemetry, TimeProvider.System, Ct);

    private async Task FillAsync(string? key = null)
    {
        await using var folder = await OpenAsync(key);
        await folder.Store.CommitAsync(Child.Changes(folder.Sealer, 1, 300), Ct);
    }

    [Fact]
    public async Task The_first_start_makes_a_key_file_and_the_next_one_uses_it()
    {
        await FillAsync();
        await using var again = await OpenAsync();
        var row = await again.Store.FindEventAsync(SampleRows.EventId(1), Ct);
        Assert.Equal(SampleRows.Bytes(1, 300), again.Sealer.Open(RecordKind.Event, RecordId.Of(row!.Id), row.Body));
    }

    [Fact]
    public async Task Every_file_is_the_owners_alone()
    {
        await using var folder = await OpenAsync();
        await folder.Store.CommitAsync([new StoreChange.AddEvent(SampleRows.Event(1, 100_000))], Ct);
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_files["data"]));
        var files = Directory.GetFiles(_files["data"], "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith("store.db-wal", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(Private, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task The_write_ahead_log_begins_anew_while_messages_pour_in()
    {
        await using var folder = await OpenAsync();
        for (var i = 1; i <= 1_600; i += 10)
        {
            await folder.Store.CommitAsync([.. Enumerable.Range(i, 10).Select(n => new StoreChange.AddEvent(SampleRows.Event(n, 60_000)))], Ct);
        }

        const int Written = 1_600 * 60_000;
        Assert.InRange(new FileInfo(_files["data/store.db-wal"]).Length, 1, Written * 2 / 3);
        Assert.InRange(new FileInfo(_files["data/store.db"]).Length, Written / 3, 2L * Written);
    }

    [Fact]
    public async Task A_lost_blob_is_content_that_cannot_be_opened_and_no_fault_of_the_store_that_may_pass()
    {
        await using var folder = await OpenAsync();
        await folder.Store.CommitAsync(Child.Changes(folder.Sealer, 1, 100_000), Ct);
        File.Delete(_files[$"data/blobs/{SampleRows.EventId(1).Value:N}"]);
        var row = await folder.Store.FindEventAsync(SampleRows.EventId(1), Ct);
        Assert.Throws<SealException>(() => folder.Sealer.Open(RecordKind.Event, RecordId.Of(row!.Id), row.Body));
    }

    [Fact]
    public async Task A_value_that_a_flipped_bit_made_NULL_is_damage_that_is_told()
    {
        await FillAsync();
        using (var connection = new SqliteConnection($"Data Source={_files["data/store.db"]};Pooling=False"))
        {
            connection.Open();
            Execute(connection, "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'decision BLOB NOT NULL', 'decision BLOB') WHERE name = 'events'; PRAGMA writable_schema=RESET");
            Execute(connection, "UPDATE events SET decision = NULL");
        }

        await using var folder = await OpenAsync();
        var told = await Assert.ThrowsAsync<StoreException>(async () => await folder.Store.FindEventAsync(SampleRows.EventId(1), Ct));
        Assert.Contains("store.db is damaged", told.Message, StringComparison.Ordinal);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task A_second_opener_is_refused_with_the_pid_of_the_first()
    {
        await using (await OpenAsync())
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
            Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        }

        await using var after = await OpenAsync();
    }

    [Fact]
    public async Task A_missing_key_database_is_refused_and_not_made_anew()
    {
        await FillAsync();
        File.Delete(_files["data/keys.db"]);
        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
        Assert.Contains("keys.db is missing", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_files["data/keys.db"]));
        await File.WriteAllBytesAsync(_files["data/keys.db"], [], Ct);
        Assert.Contains("keys.db is empty", (await Assert.ThrowsAsync<StoreException>(() => OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_database_of_another_folder_is_refused()
    {
        await FillAsync(s_key);
        File.Move(_files["data"] + "/store.db", _files["store.db"]);
        Directory.Delete(_files["data"], recursive: true);
        await FillAsync(s_key);
        File.Move(_files["store.db"], _files["data"] + "/store.db", overwrite: true);
        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(s_key));
        Assert.Contains("do not belong together", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_refused_naming_what_the_slots_were_made_for()
    {
        await FillAsync(s_key);
        var refused = await Assert.ThrowsAsync<KeyException>(() => OpenAsync(new string('b', 64)));
        Assert.Contains("made for: config", refused.Message, StringComparison.Ordinal);
        Assert.Contains("made for: config", (await Assert.ThrowsAsync<KeyException>(() => OpenAsync())).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_files["data/bridge.key"]));
    }

    [Theory]
    [InlineData("store.db")]
    [InlineData("keys.db")]
    public async Task A_newer_database_is_refused_by_name_and_version(string name)
    {
        await FillAsync();
        await using (var connection = new SqliteConnection($"Data Source={_files["data/" + name]};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }

        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Contains("schema 99", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store.db")]
    [InlineData("keys.db")]
    public async Task A_damaged_database_is_named(string name)
    {
        await FillAsync();
        await File.WriteAllBytesAsync(_files["data/" + name], SampleRows.Bytes(1, 20_000), Ct);
        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
        Assert.Contains($"{name} is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_moves_from_the_key_file_to_a_credential_or_the_environment()
    {
        await FillAsync();
        Directory.CreateDirectory(_files["credentials"]);
        File.Move(_files["data/bridge.key"], _files["credentials/bridge-key"]);
        await using (await OpenAsync(null, ("CREDENTIALS_DIRECTORY", _files["credentials"])))
        {
        }

        await using (await OpenAsync(null, ("BRIDGE_KEY", await File.ReadAllTextAsync(_files["credentials/bridge-key"], Ct))))
        {
        }

        await Assert.ThrowsAsync<KeyException>(() => OpenAsync(null, ("BRIDGE_KEY", s_key)));
    }

    [Fact]
    public async Task A_passphrase_opens_what_it_made_and_a_wrong_one_does_not()
    {
        await using (await OpenAsync(null, ("BRIDGE_PASSPHRASE", "correct horse")))
        {
        }

        await using (await OpenAsync(null, ("BRIDGE_PASSPHRASE", "correct horse")))
        {
        }

        var refused = await Assert.ThrowsAsync<KeyException>(() => OpenAsync(null, ("BRIDGE_PASSPHRASE", "battery staple")));
        Assert.Contains("passphrase", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("battery", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_is_refused()
    {
        await FillAsync();
        File.SetUnixFileMode(_files["data/bridge.key"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", (await Assert.ThrowsAsync<KeyException>(() => OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_known_text_is_in_any_file()
    {
        const string Text = "canary-text-7f3a";
        const string Topic = "canary/topic/9c1b";
        const string StateKey = "canary-state-2e5d";
        await using var folder = await OpenAsync();
        var address = new Address(new EndpointId("home"), Topic);
        var index = folder.Sealer.Index("address", address.Full);
        var epoch = EpochScope.Conversation(index, DateTimeOffset.UnixEpoch);
        for (var number = 1; number <= 20; number++)
        {
            var row = SampleRows.Event(number);
            var plain = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Text + Topic, number * 300)));
            var body = folder.Sealer.Seal(RecordKind.Event, RecordId.Of(row.Id), epoch, plain);
            var state = folder.Sealer.Index("endpoint:home", StateKey);
            var entry = SealedJson.Write(new StateChange(StateKey, Encoding.UTF8.GetBytes(Text)));
            await folder.Store.CommitAsync(
                [
                    new StoreChange.AddEvent(row with { Body = body, Conversation = index }),
                    new StoreChange.PutState("endpoint:home", state, folder.Sealer.Seal(RecordKind.State, RecordId.Of(state), EpochScope.State, entry)),
                ],
                Ct);
        }

        await folder.Store.CommitAsync([new StoreChange.RemoveState("endpoint:home", folder.Sealer.Index("endpoint:home", StateKey))], Ct);
        string[] canaries = [Text, Topic, StateKey, Convert.ToBase64String(Encoding.UTF8.GetBytes(Text))];
        Assert.Equal(0, new FileInfo(_files["data/bridge.lock"]).Length);
        var files = Directory.GetFiles(_files["data"], "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, file => file.Contains("/blobs/", StringComparison.Ordinal));
        foreach (var file in files)
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await open.CopyToAsync(copy, Ct);
            Assert.All(canaries, canary => Assert.True(copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)) < 0, $"{canary} is in {file}"));
        }
    }
}
