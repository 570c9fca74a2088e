using Microsoft.Data.Sqlite;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>What an operator sees of damage: from check, from the daemon that runs on it, and that nothing changed is delivered.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Leak);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_damaged_delivery_is_named_by_check_and_becomes_a_dead_letter()
    {
        await using (await BridgeProcess.StartAsync(_workspace))
        {
            await _workspace.DoAsync("emit", "home:notify", "first");
            await _workspace.DoAsync("emit", "home:notify", "second");
        }

        Change("UPDATE deliveries SET content = CAST(substr(content, 1, length(content) - 1) || x'00' AS BLOB) WHERE id = 1");
        var stopped = await _workspace.RunAsync("check");
        Assert.Equal(1, stopped.ExitCode);
        Assert.Contains("store.db: delivery 1 (Parked, to console, of event ", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("its content does not open: the envelope is damaged", stopped.Output, StringComparison.Ordinal);

        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await daemon.Output.WaitForAsync("second");
        Assert.DoesNotContain(daemon.Output.All, line => line.Contains("first", StringComparison.Ordinal));
        Assert.Contains("failed", await _workspace.DoAsync("deliveries", "list"), StringComparison.Ordinal);
        var running = await _workspace.RunAsync("check");
        Assert.Equal(1, running.ExitCode);
        Assert.EndsWith("1 finding\n", running.Output, StringComparison.Ordinal);
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task What_the_file_system_refuses_is_a_sentence_and_no_stack()
    {
        await using (await BridgeProcess.StartAsync(_workspace))
        {
            await _workspace.DoAsync("emit", "home:notify", "first");
        }

        // Nobody can open a folder as a file, root included.
        var place = Path.Combine(_workspace.DataFolder, "bridge.lock");
        File.Delete(place);
        Directory.CreateDirectory(place);
        var check = await _workspace.RunAsync("check");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("bridge.lock", check.Error, StringComparison.Ordinal);
        Assert.Contains("permissions", check.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", check.Error + check.Output, StringComparison.Ordinal);
    }

    private void Change(string sql)
    {
        using var store = new SqliteConnection($"Data Source={Path.Combine(_workspace.DataFolder, "store.db")};Pooling=False");
        store.Open();
        using var command = store.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
