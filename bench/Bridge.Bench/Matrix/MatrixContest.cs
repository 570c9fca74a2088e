using System.Globalization;
using Bridge.Bench.Peers;
using Bridge.Bench.Speed;

namespace Bridge.Bench.Matrix;

/// <summary>From a broker into sixteen Matrix rooms, beside what its users would write with matrix-bot-sdk: both as an application service's bot, one notice for each message.</summary>
internal static class MatrixContest
{
    private const string Sdk = "matrix-bot-sdk";

    /// <param name="programs">The folder of what Bridge is compared with, its packages installed.</param>
    public static Contest Between(string host, string programs) => new(
        new Dictionary<string, Func<string, int, int, Task<Child>>>
        {
            [Contest.Bridge] = (folder, source, homeserver) => BridgeAsync(host, folder, source, homeserver),
            [Sdk] = (_, source, homeserver) => SdkAsync(programs, source, homeserver),
        },
        (_, ledger) => new StubHomeserver(ledger),
        Sdk,
        (bridge, peer) =>
        [
            new("events per second, of theirs", bridge.PerSecond / peer.PerSecond, AtLeast: 1.0),
            new("p99 at 500 a second, ms beyond theirs", bridge.P99 - peer.P99, AtMost: 2),
            new("idle memory, of theirs", bridge.IdleMegabytes / peer.IdleMegabytes, AtMost: 1),
            new("memory after saturation, of theirs", bridge.Megabytes / peer.Megabytes, AtMost: 1),
            new("lost", bridge.Lost, AtMost: 0),
        ]);

    private static async Task<Child> BridgeAsync(string host, string folder, int source, int homeserver)
    {
        var config = Path.Combine(folder, "bridge.yaml");
        await File.WriteAllTextAsync(config, $$$"""
            version: 1
            telemetry: { log: info }
            http: { listen: "127.0.0.1:{{{Child.FreePort()}}}" }
            endpoints:
              a: { plugin: mqtt, url: "mqtt://127.0.0.1:{{{source}}}", session: { client_id: bridge-a } }
              matrix: { plugin: matrix, homeserver: "http://127.0.0.1:{{{homeserver}}}", appservice: { id: bench, as_token: as, hs_token: hs }, self_test: 0s }
            routes:
              - { id: up, from: "a:src/#", when: payload.on == true, text: "{{ message.text }}", to: ["matrix:!{{ topic[1] }}"] }
            """);
        var child = new Child("dotnet", [host, "run", "--config", config, "--data", Path.Combine(folder, "data")], until: "Ready:");
        await child.ReadyAsync(TimeSpan.FromSeconds(60));
        return child;
    }

    private static async Task<Child> SdkAsync(string programs, int source, int homeserver)
    {
        string[] ports = [.. new[] { source, homeserver, Child.FreePort() }.Select(port => port.ToString(CultureInfo.InvariantCulture))];
        var child = new Child("node", [Path.Combine(programs, "matrix-bot.cjs"), .. ports], until: "Ready");
        await child.ReadyAsync(TimeSpan.FromSeconds(60));
        return child;
    }
}
