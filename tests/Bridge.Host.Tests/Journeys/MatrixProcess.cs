using System.Diagnostics;
using Bridge.Testing.Matrix;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>A real daemon as an application service of a homeserver in this process. It can be killed and started again over the same data.</summary>
internal sealed class MatrixProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);
    private readonly Workspace _workspace = new("version: 1");
    private readonly int _port = MosquittoBroker.FreePort();
    private readonly string _name;
    private Process? _process;

    /// <param name="name">Of the application service, its bot and the prefix of its ghosts.</param>
    public MatrixProcess(string name = "bridge")
    {
        _name = name;
        Service = new AppService
        {
            Id = name,
            AsToken = $"as-{name}",
            HsToken = $"hs-{name}",
            SenderLocalpart = name,
            Users = [new($"^@{name}(_.*)?:", System.Text.RegularExpressions.RegexOptions.NonBacktracking)],
            Aliases = [new($"^#{name}_.*:", System.Text.RegularExpressions.RegexOptions.NonBacktracking)],
            Url = UrlOf("matrix"),
        };
    }

    /// <summary>As the homeserver knows it.</summary>
    public AppService Service { get; }

    public string Bot => $"@{_name}:hs.test";

    /// <summary>Where the world calls this endpoint of it.</summary>
    public Uri UrlOf(string endpoint) => new($"http://127.0.0.1:{_port}/endpoints/{endpoint}");

    /// <summary>Its metrics page.</summary>
    public Uri Metrics => new($"http://127.0.0.1:{_port}/metrics");

    public CapturedLines? Log { get; private set; }

    public CapturedLines? Output { get; private set; }

    /// <param name="homeserver">It must know <see cref="Service"/>.</param>
    /// <param name="more">Further endpoints, one in a line and indented; then the rest of the configuration.</param>
    public void Configure(Homeserver homeserver, string more) => _workspace.Config = $$"""
        version: 1
        http: { listen: "127.0.0.1:{{_port}}" }
        endpoints:
          matrix: { plugin: matrix, homeserver: "{{homeserver.Url}}", appservice: { id: {{_name}}, as_token: as-{{_name}}, hs_token: hs-{{_name}} }, bot: { user: {{_name}} }, ghosts: { prefix: {{_name}}_ } }
        {{more}}
        """;

    /// <summary>So that its configuration may name the plugin <c>chat</c>.</summary>
    public void AddChat() => ChatBridge.AddPlugin(_workspace);

    /// <summary>Runs a command beside it, which must succeed; gives what it printed.</summary>
    public Task<string> DoAsync(params string[] arguments) => _workspace.DoAsync(arguments);

    public void Start()
    {
        _process = _workspace.Start(["run", "--console"]);
        Output = new CapturedLines(_process.StandardOutput);
        Log = new CapturedLines(_process.StandardError);
    }

    public void Kill()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            running.WaitForExit();
        }
    }

    /// <summary>The bot comes where a user invites it.</summary>
    public async Task JoinAsync(Homeserver homeserver, MatrixUser host, string room)
    {
        await UntilAsync(() => homeserver.Knows(Bot), "the bot is registered");
        host.Invite(room, Bot);
        await UntilAsync(() => homeserver.StateOf(room, "m.room.member", Bot)?.GetProperty("membership").GetString() == "join", "the bot is in the room");
    }

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, $"not so in time: {what}; the daemon's last words:\n{string.Join('\n', Log!.All.TakeLast(20))}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public void Dispose()
    {
        Kill();
        _workspace.Dispose();
    }
}
