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
}
