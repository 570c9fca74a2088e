using Bridge.Bench.Load;
using Bridge.Bench.Peers;

namespace Bridge.Bench.Speed;

/// <summary>From broker to broker, beside Mosquitto's own bridge and Node-RED.</summary>
internal static class MqttContest
{
    public const string NodeRed = "node-red";

    public static Contest Between(string host, string? modules) => new(
        All(host, modules),
        (folder, ledger) => new MqttDestination(folder, ledger),
        NodeRed,
        (bridge, peer) =>
        [
            new("messages per second, of theirs", bridge.PerSecond / peer.PerSecond, AtLeast: 1.0),
            new("p50 at 500 a second, of theirs", bridge.P50 / peer.P50, AtMost: 3),
            new("p99 at 500 a second, of theirs", bridge.P99 / peer.P99, AtMost: 4),
            new("idle memory, of theirs", bridge.IdleMegabytes / peer.IdleMegabytes, AtMost: 0.75),
            new("start to first message, of theirs", bridge.StartSeconds / peer.StartSeconds, AtMost: 1),
            new("CPU seconds per 10,000, of theirs", bridge.CpuPer10K / peer.CpuPer10K, AtMost: 1.5),
        ]);

    private static Dictionary<string, Func<string, int, int, Task<Child>>> All(string host, string? modules)
    {
        var peers = new Dictionary<string, Func<string, int, int, Task<Child>>>
        {
            [Contest.Bridge] = async (folder, a, b) =>
            {
                var daemon = new BridgeDaemon(host, folder, a, b);
                daemon.Start();
                await daemon.Process.ReadyAsync(TimeSpan.FromSeconds(60));
                return daemon.Process;
            },
            ["mosquitto bridge"] = MosquittoBridge.StartAsync,
        };
        if (modules is not null)
        {
            peers[NodeRed] = (folder, a, b) => Peers.NodeRed.StartAsync(modules, folder, a, b);
        }

        return peers;
    }
}
