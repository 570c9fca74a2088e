namespace Bridge.Bench.Peers;

/// <summary>Mosquitto's own bridge: a third broker that takes <c>src/#</c> from A and gives <c>dst/#</c> to B at QoS 1, in-memory queue.</summary>
internal static class MosquittoBridge
{
    public static async Task<Child> StartAsync(string folder, int sourcePort, int sinkPort)
    {
        var port = Child.FreePort();
        var user = Environment.UserName == "root" ? "user root\n" : "";
        var config = Path.Combine(folder, "mosquitto-bridge.conf");
        await File.WriteAllTextAsync(config, $"""
            {user}listener {port} 127.0.0.1
            allow_anonymous true
            max_queued_messages 0
            max_inflight_messages 1000
            set_tcp_nodelay true
            connection in
            address 127.0.0.1:{sourcePort}
            cleansession false
            topic # in 1 x/ src/
            connection out
            address 127.0.0.1:{sinkPort}
            cleansession false
            topic # out 1 x/ dst/
            """);
        var child = new Child("/usr/sbin/mosquitto", ["-c", config]);
        await Child.ListeningAsync(port, TimeSpan.FromSeconds(10));
        return child;
    }
}
