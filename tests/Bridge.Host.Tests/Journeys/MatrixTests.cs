using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The real daemon as an application service of the homeserver double.</summary>
public sealed class MatrixTests
{
    private const string Broker = "  home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0 } }\n  console: { plugin: console }\n";

    private const string Alerts = """
        routes:
          - { id: leak, from: home:leak, severity: critical, text: "Leak in the {{ payload }}", to: ["matrix:ROOM-A"] }
          - { id: low, from: home:low, text: "Low battery: {{ payload }}", to: ["matrix:ROOM-A"] }
          - { id: answers, from: "matrix:ROOM-A", text: "heard: {{ message.text }}", to: ["console:me"] }
        """;

    private const string Forward = """
        routes:
          - { id: forward, from: "matrix:ROOM-A", text: "{{ message.text }}", to: ["matrix:ROOM-B"] }
        """;

    [Fact]
    public async Task An_alert_reaches_a_room_by_its_severity_and_what_is_answered_is_heard()
    {
        await using var matrix = await MatrixDaemon.PrepareAsync(Broker, Alerts);
        var file = Path.Combine(matrix.Workspace.Folder, "registration.yaml");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("is as it should be", await matrix.Workspace.DoAsync("registration", "matrix"), StringComparison.Ordinal);
        Assert.Contains("knows the application service", await matrix.Workspace.DoAsync("connect"), StringComparison.Ordinal);
        await using var daemon = await BridgeProcess.StartAsync(matrix.Workspace, "--console");
        await daemon.PublishAsync("leak", "kitchen");
        await daemon.PublishAsync("low", "hall");
        await MatrixDaemon.UntilAsync(() => matrix.Texts(matrix.RoomA).Count == 2);
        Assert.Equal(
            [("Leak in the kitchen", "m.text"), ("Low battery: hall", "m.notice")],
            matrix.Homeserver.MessagesIn(matrix.RoomA).Select(said => (said.Body!, said.Text("msgtype")!)).Order()); // what is critical has a lane of its own
        matrix.Anna.Say(matrix.RoomA, "on my way");
        await daemon.Output.WaitForAsync("heard: on my way");
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Theory]
    [InlineData(3)]
    public Task Nothing_is_lost_or_doubled_when_the_daemon_is_killed_at_the_homeservers_calls(int kills) => ProveAsync(kills, seed: 1);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(100)]
    public Task Nothing_is_lost_or_doubled_in_100_kills(int kills) => ProveAsync(kills, seed: 2);

    /// <summary>What anna says in one room comes out in the other. The daemon is killed before and after answers and pushes; the homeserver forgets its transactions at every second kill.</summary>
    private static async Task ProveAsync(int kills, int seed)
    {
        await using var matrix = await MatrixDaemon.PrepareAsync("", Forward);
        var random = new Random(seed);
        var said = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await using var daemon = await BridgeProcess.StartAsync(matrix.Workspace);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var moment = random.GetItems([Moment.Arrived, Moment.BeforeAnswer, Moment.AfterAnswer, Moment.BeforePush, Moment.AfterPush], 1)[0];
            var countdown = random.Next(1, 6);
            matrix.Homeserver.OnPassage = async passage =>
            {
                if (passage.Moment == moment && (passage.Call is null || passage.Call.Operation == Operation.Send) && Interlocked.Decrement(ref countdown) == 0)
                {
                    await daemon.KillAsync();
                    killed.SetResult();
                }
            };
            while (!killed.Task.IsCompleted)
            {
                matrix.Anna.Say(matrix.RoomA, $"n{said++}");
                await Task.WhenAny(killed.Task, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
            }

            matrix.Homeserver.OnPassage = null;
            if (kill % 2 == 0)
            {
                matrix.Homeserver.Transactions.Clear();
            }
        }

        await using var last = await BridgeProcess.StartAsync(matrix.Workspace);
        await MatrixDaemon.UntilAsync(() => matrix.Texts(matrix.RoomB).Count >= said, seconds: 60);
        Assert.Equal(Enumerable.Range(0, said).Select(i => $"n{i}"), matrix.Texts(matrix.RoomB));
    }
}
