namespace Bridge.Bench.Peers;

/// <summary>A real Mosquitto with unlimited queues and persistence, on a free port that it keeps over restarts.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly string _config;
    private Child? _child;

    public Mosquitto(string folder, string name, string extra = "")
    {
        Port = Child.FreePort();
        var data = Directory.CreateDirectory(Path.Combine(folder, name));
        _config = Path.Combine(data.FullName, "mosquitto.conf");
        var user = Environment.UserName == "root" ? "user root\n" : "";
        File.WriteAllText(_config, $"""
            {user}listener {Port} 127.0.0.1
            allow_anonymous true
            persistence true
            persistence_location {data.FullName}/
            max_queued_messages 0
            max_inflight_messages 1000
            set_tcp_nodelay true
            log_type error
            {extra}
            """);
    }

    public int Port { get; }

    public Child Process => _child ?? throw new InvalidOperationException("not started");

    public async Task StartAsync()
    {
        _child = new Child("/usr/sbin/mosquitto", ["-c", _config]);
        await Child.ListeningAsync(Port, TimeSpan.FromSeconds(10));
    }

    /// <summary>SIGTERM: it saves its sessions and queues. Killed, it would come back with those of its last stop, and send again what was acknowledged since.</summary>
    public void Stop()
    {
        if (!Process.Terminate(TimeSpan.FromMinutes(1)))
        {
            throw new InvalidOperationException("Mosquitto did not stop within a minute and was killed: what it forgot would be blamed on others");
        }

        Process.Dispose();
    }

    public void Dispose() => _child?.Dispose();
}
