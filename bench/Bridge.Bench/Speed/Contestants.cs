using Bridge.Bench.Peers;

namespace Bridge.Bench.Speed;

/// <summary>Who is compared, by name: each starts between the brokers of two ports, with its files in a folder.</summary>
internal static class Contestants
{
    public const string Bridge = "bridge";
    public const string NodeRed = "node-red";

    public static IReadOnlyDictionary<string, Func<string, int, int, Task<Child>>> All(string host, string? modules)
    {
        var peers = new Dictionary<string, Func<string, int, int, Task<Child>>>
        {
            [Bridge] = async (folder, a, b) =>
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
