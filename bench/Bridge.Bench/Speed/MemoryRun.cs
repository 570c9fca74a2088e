namespace Bridge.Bench.Speed;

/// <summary>Resident memory after 100,000 messages, of Bridge and of Node-RED, and of Bridge after a million.</summary>
internal static class MemoryRun
{
    private const int Few = 100_000;
    private const int Many = 1_000_000;

    public static async Task<int> RunAsync(string host, string? modules)
    {
        var contest = MqttContest.Between(host, modules);
        var after = new Dictionary<string, double>();
        foreach (var name in (string[])[MqttContest.NodeRed, Contest.Bridge])
        {
            if (!contest.Peers.ContainsKey(name))
            {
                continue;
            }

            await using var chain = await Chain.StartAsync(contest, name, Many);
            Console.WriteLine($"{name,-10} idle {chain.Peer.Rss,5:0} MB");
            await chain.SendAsync("few", new Pace(0, Few - 1), CancellationToken.None);
            after[name] = chain.Peer.Rss;
            Console.WriteLine($"{name,-10} after {Few,9:N0} messages {after[name],5:0} MB");
            if (name == Contest.Bridge)
            {
                await chain.SendAsync("many", new Pace(0, Many - Few), CancellationToken.None);
                after[name] = chain.Peer.Rss;
                Console.WriteLine($"{name,-10} after {Many,9:N0} messages {after[name],5:0} MB, lost {chain.Ledger.Lost().Count}");
            }
        }

        var held = !after.TryGetValue(MqttContest.NodeRed, out var bound) || after[Contest.Bridge] <= bound;
        Console.WriteLine($"Bridge after a million at most Node-RED after 100,000: {(held ? "held" : "MISSED")}");
        return held ? 0 : 1;
    }
}
