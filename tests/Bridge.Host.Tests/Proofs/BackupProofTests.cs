using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Admin;
using Bridge.Host.Cli;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Backups under load: what was acknowledged before one began is in it, whatever happens to the daemon.</summary>
public sealed class BackupProofTests : IDisposable
{
    private const string Config = Workspace.Endpoints + """

        routes:
          - { id: told, from: "home:in/#", text: "{{ message.text }}", to: [console:me] }
          - { id: copied, from: "home:in/#", to: ["home:out/{{ topic[1] }}"] }
        """;

    private readonly Workspace _workspace = new(Config);
    private readonly Workspace _elsewhere = new(Config);
    private readonly ConcurrentQueue<string> _acknowledged = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Backups => Path.Combine(_workspace.Folder, "backups");

    public void Dispose()
    {
        _workspace.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task Everything_acknowledged_before_a_backup_is_in_it_and_after_a_kill_everything_is_in_the_data()
    {
        List<string> before;
        string backup;
        await using (var daemon = await BridgeProcess.StartAsync(_workspace))
        {
            using var load = new CancellationTokenSource();
            var emitting = Task.WhenAll(Enumerable.Range(0, 4).Select(source => EmitAsync(source, load.Token)));
            await AcknowledgedAsync(150);
            before = [.. _acknowledged];
            backup = (await BackUpAsync())["backup"]!.GetValue<string>();
            await AcknowledgedAsync(before.Count + 50);
            var second = BackUpAsync();
            await daemon.KillAsync();
            Assert.NotNull((await second)["backup"]); // it asks nothing of the daemon
            await load.CancelAsync();
            await emitting;
        }

        Assert.StartsWith("{", await _workspace.DoAsync("check", backup, "--json"), StringComparison.Ordinal);
        var said = await _elsewhere.DoAsync("restore", backup);
        Assert.Contains("all is well", said, StringComparison.Ordinal);
        await FindAllAsync(_elsewhere, before, restored: true);
        await FindAllAsync(_workspace, [.. _acknowledged], restored: false);
    }

    private static async Task FindAllAsync(Workspace workspace, IReadOnlyList<string> events, bool restored)
    {
        await using var daemon = await BridgeProcess.StartAsync(workspace);
        Assert.Equal(restored, daemon.Log.All.Any(line => line.Contains("The data was restored from a backup made", StringComparison.Ordinal)));
        var client = new AdminClient(workspace.DataFolder);
        var waiting = new Queue<string>(events);
        await Workspace.UntilAsync(async () =>
        {
            while (waiting.TryPeek(out var id) && await StatesAsync(client, id) is ["delivered", "parked" or "pending"])
            {
                waiting.Dequeue();
            }

            return waiting.Count == 0 || (await workspace.DoAsync("trace", waiting.Peek())).Length == 0; // a while later
        });

        Assert.Equal("all is well", (await workspace.DoAsync("check")).Split(": ")[^1]);
        Assert.Equal(0, await daemon.StopAsync());
    }

    /// <summary>What goes to the broker is delivered; what the console cannot show waits: parked, or further back in its lane.</summary>
    private static async Task<string[]> StatesAsync(AdminClient client, string id)
    {
        var trace = (await client.AskAsync("trace", new EventRequest(id), Ct)).Deserialize<TraceReport>(AdminProtocol.Json)!;
        return [.. trace.Deliveries.Select(delivery => delivery.State).Order(StringComparer.Ordinal)];
    }

    private async Task EmitAsync(int source, CancellationToken stopping)
    {
        var client = new AdminClient(_workspace.DataFolder);
        try
        {
            for (var number = 0; !stopping.IsCancellationRequested; number++)
            {
                // Now and then one that does not fit into a row.
                var text = $"message {number} of {source}" + (number % 20 == 19 ? new string('x', 60_000) : "");
                var accepted = await client.AskAsync("emit", new EmitRequest($"home:in/{source}", text), Ct);
                _acknowledged.Enqueue(accepted!["eventId"]!.GetValue<string>());
            }
        }
        catch (CliException)
        {
            // The daemon was killed: what it had not answered was not acknowledged.
        }
    }

    private Task AcknowledgedAsync(int count) => Workspace.UntilAsync(async () =>
    {
        await Task.Yield();
        return SpinWait.SpinUntil(() => _acknowledged.Count >= count, TimeSpan.FromMilliseconds(500));
    });

    private async Task<JsonNode> BackUpAsync() => JsonNode.Parse(await _workspace.DoAsync("backup", Backups, "--with-key", "--json"))!;
}
