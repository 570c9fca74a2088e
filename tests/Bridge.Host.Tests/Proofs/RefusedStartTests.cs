using Bridge.Host.Tests.Journeys;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>A data folder that cannot be used: the message names the thing, the place and the cure.</summary>
public sealed class RefusedStartTests : IClassFixture<RefusedStartTests.Used>, IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Leak);

    public RefusedStartTests(Used used)
    {
        Directory.CreateDirectory(_workspace.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(used.DataFolder))
        {
            File.Copy(file, Of(Path.GetFileName(file)));
        }
    }

    [Fact]
    public async Task A_folder_that_another_daemon_has()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await AssertRefusedAsync(5, _workspace.DataFolder, "is in use by process", "stop it first, or give this one another folder (--data)");
        Assert.Contains("5 another daemon has the data folder", await _workspace.DoAsync("--help"), StringComparison.Ordinal);
        await _workspace.DoAsync("emit", "home:notify", "the first one lives");
    }

    [Theory]
    [InlineData("store.db")]
    [InlineData("keys.db")]
    public async Task A_database_of_a_newer_Bridge(string name)
    {
        Execute(name, "PRAGMA user_version = 4711");
        await AssertRefusedAsync(1, _workspace.DataFolder, $"{name} was written by a newer Bridge (schema 4711;", "install that version again, or restore a backup");
        Execute(name, "PRAGMA user_version = 1");
    }

    [Fact]
    public async Task A_wrong_key()
    {
        File.WriteAllText(Of("bridge.key"), new string('0', 64));
        await AssertRefusedAsync(1, _workspace.DataFolder, "does not open this data folder", "Give the key it was made with");
    }

    [Fact]
    public async Task A_key_that_is_none()
    {
        File.WriteAllText(Of("bridge.key"), "hunter2");
        await AssertRefusedAsync(1, Of("bridge.key"), "must be 32 bytes as 64 hexadecimal or 44 base64 characters", "openssl rand -hex 32");
    }

    [Fact]
    public async Task No_key()
    {
        File.Delete(Of("bridge.key"));
        await AssertRefusedAsync(1, _workspace.DataFolder, "is not given", "Give it as storage.encryption.key");
    }

    [Fact]
    public async Task No_key_database()
    {
        File.Move(Of("keys.db"), Of("keys.away"));
        await AssertRefusedAsync(1, _workspace.DataFolder, "keys.db is missing", "restore keys.db from a backup");
        File.Move(Of("keys.away"), Of("keys.db"));
        await using var daemon = await BridgeProcess.StartAsync(_workspace); // nothing was made new meanwhile
        Assert.Contains("console:me", await _workspace.DoAsync("deliveries", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_store()
    {
        await using (var store = File.OpenWrite(Of("store.db")))
        {
            await store.WriteAsync(new byte[200], TestContext.Current.CancellationToken);
        }

        await AssertRefusedAsync(1, Of("store.db"), "is damaged", "restore the folder from a backup");
    }

    [Fact]
    public async Task A_folder_that_is_a_file()
    {
        Directory.Delete(_workspace.DataFolder, recursive: true);
        File.WriteAllText(_workspace.DataFolder, "");
        await AssertRefusedAsync(1, _workspace.DataFolder, "cannot be used", "name another one with --data");
    }

    public void Dispose() => _workspace.Dispose();

    private string Of(string name) => Path.Combine(_workspace.DataFolder, name);

    private void Execute(string name, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Of(name), Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task AssertRefusedAsync(int exitCode, params string[] words)
    {
        var ran = await _workspace.RunAsync("run");
        Assert.Equal(exitCode, ran.ExitCode);
        Assert.All(words, word => Assert.Contains(word, ran.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ran.Error, StringComparison.Ordinal);
        Assert.StartsWith("bridge: ", ran.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }

    /// <summary>A folder with something in it; each test takes a copy.</summary>
    public sealed class Used : IAsyncLifetime
    {
        private readonly Workspace _workspace = new(Workspace.Leak);

        public string DataFolder => _workspace.DataFolder;

        public async ValueTask InitializeAsync()
        {
            await using var daemon = await BridgeProcess.StartAsync(_workspace);
            await _workspace.DoAsync("emit", "home:notify", "kept");
            Assert.Equal(0, await daemon.StopAsync());
        }

        public ValueTask DisposeAsync()
        {
            _workspace.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
