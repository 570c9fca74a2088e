namespace Bridge.Bench.Peers;

/// <summary>The daemon as a user runs it, with one route from broker A to broker B.</summary>
internal sealed class BridgeDaemon : IDisposable
{
    private readonly string _config;
    private readonly string _host;
    private Child? _child;

    /// <param name="embedded">True: the source publishes to the daemon's own broker on that port, and there is no broker A.</param>
    public BridgeDaemon(string host, string folder, int sourcePort, int sinkPort, bool embedded = false)
    {
        _host = host;
        DataFolder = Path.Combine(folder, "data");
        _config = Path.Combine(folder, "bridge.yaml");
        var source = embedded ? $$"""embedded: { listen: "127.0.0.1:{{sourcePort}}" }""" : $$"""url: "mqtt://127.0.0.1:{{sourcePort}}", session: { client_id: bridge-a }""";
        File.WriteAllText(_config, $$$"""
            version: 1
            telemetry: { log: info }
            endpoints:
              a: { plugin: mqtt, {{{source}}} }
              b: { plugin: mqtt, url: "mqtt://127.0.0.1:{{{sinkPort}}}", session: { client_id: bridge-b } }
            routes:
              - { id: up, from: "a:src/#", when: payload.on == true, to: ["b:dst/{{ topic_tail(1) }}"] }
            """);
    }

    public string DataFolder { get; }

    public Child Process => _child ?? throw new InvalidOperationException("not started");

    public void Start() => _child = new Child("dotnet", [_host, "run", "--config", _config, "--data", DataFolder], until: "Ready:");

    public void Dispose() => _child?.Dispose();
}
