using Bridge.Bench.Peers;
using Bridge.Testing.Chat;
using Bridge.Testing.Matrix;

namespace Bridge.Bench.Portals;

/// <summary>
/// A daemon between a chat network with many people and a Matrix homeserver, both in this process, linked by portals: whoever speaks gets a room of his
/// own. The daemon can be killed and started again over the same data.
/// </summary>
internal sealed class PortalBridge : IAsyncDisposable
{
    private const string Anna = "@anna:hs.test";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-portals-").FullName;
    private readonly string _host;
    private readonly ChatNetwork _network = new();
    private readonly Homeserver _homeserver;
    private Child? _daemon;
    private int _chats;

    private PortalBridge(string host, int port, Homeserver homeserver)
    {
        (_host, _homeserver) = (host, homeserver);
        homeserver.User("anna");
        File.WriteAllText(ConfigFile, $$$"""
            version: 1
            telemetry: { log: info }
            http: { listen: "127.0.0.1:{{{port}}}" }
            endpoints:
              far: { plugin: chat, socket: {{{_network.Socket}}} }
              matrix:
                plugin: matrix
                homeserver: "{{{homeserver.Url}}}"
                appservice: { id: bridge, as_token: as-token, hs_token: hs-token }
                self_test: 0s
            people:
              anna: { addresses: ["matrix:{{{Anna}}}"] }
            links:
              - { id: portals, between: ["matrix:*", "far:*"], portal: { create: on_message, invite: [anna], name: "{{ sender.name }} (far)" } }
            """);
    }

    public Child Daemon => _daemon!;

    private string ConfigFile => Path.Combine(_folder, "bridge.yaml");

    /// <summary>Rooms that were made for portals.</summary>
    public int Rooms => _homeserver.Rooms.Count;

    /// <summary>Messages that the homeserver took.</summary>
    public int Spoken => _homeserver.Count(Operation.Send);

    /// <param name="host">Path of Bridge.Host.dll.</param>
    public static async Task<PortalBridge> PrepareAsync(string host)
    {
        var port = Child.FreePort();
        var service = new AppService { Url = new Uri($"http://127.0.0.1:{port}/endpoints/matrix") };
        var bridge = new PortalBridge(host, port, await Homeserver.StartAsync(new HomeserverOptions { RemembersCalls = false }, service));
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var plugin = Directory.CreateDirectory(Path.Combine(bridge._folder, "plugins", "chat")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(own.Parent!.Parent!.FullName, "Bridge.Plugin.Chat", own.Name)))
        {
            File.Copy(file, Path.Combine(plugin, Path.GetFileName(file)));
        }

        return bridge;
    }

    /// <summary>Completes when it says that it is ready.</summary>
    public async Task StartAsync()
    {
        StartUp();
        await Daemon.ReadyAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Returns at once.</summary>
    public void StartUp() =>
        _daemon = new Child("dotnet", [_host, "run", "--config", ConfigFile, "--data", Path.Combine(_folder, "data")], until: "Ready:");

    public void Kill()
    {
        Daemon.Kill();
        Daemon.Dispose();
    }

    public void Stop()
    {
        Daemon.Terminate(TimeSpan.FromSeconds(20));
        Daemon.Dispose();
    }

    /// <summary>So many more people speak for the first time.</summary>
    public void Greet(int people)
    {
        for (var i = 0; i < people; i++)
        {
            var number = _chats++;
            _network.Says($"chat{number}", $"person{number}", $"hello from {number}");
        }
    }

    /// <summary>Waits until at most so many are not heard yet.</summary>
    public async Task UntilAtMostAsync(int waiting)
    {
        using var late = new CancellationTokenSource(s_patience);
        while (_chats - Spoken > waiting)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        }
    }

    /// <summary>Waits until so many rooms were made.</summary>
    public async Task UntilRoomsAsync(int rooms)
    {
        using var late = new CancellationTokenSource(s_patience);
        while (Rooms < rooms)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, late.Token);
        }
    }

    /// <summary>Somebody says something once more.</summary>
    public void Say(int person, string text) => _network.Says($"chat{person}", $"person{person}", text);

    /// <summary>Waits until the first words of everybody are in some room, and nothing is left to be told.</summary>
    public async Task UntilAllAreHeardAsync()
    {
        using var late = new CancellationTokenSource(s_patience);
        while (Heard().Distinct().Count() < _chats)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, late.Token);
            if (Daemon.Exited)
            {
                throw new InvalidOperationException($"the daemon ended:\n{Daemon.Output}");
            }
        }
    }

    /// <summary>Waits until a text is in some room.</summary>
    public async Task UntilHeardAsync(string room, string text)
    {
        using var late = new CancellationTokenSource(s_patience);
        while (_homeserver.CountOf(room, text) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, late.Token);
        }
    }

    /// <summary>The room in which a person is heard.</summary>
    public string RoomOf(int person) => _homeserver.Rooms.Single(room => _homeserver.CountOf(room.Id, $"hello from {person}") > 0).Id;

    /// <summary>What is wrong: each a sentence.</summary>
    public IReadOnlyList<string> Faults()
    {
        var heard = Heard().ToList();
        List<string> faults =
        [
            .. Enumerable.Range(0, _chats).Select(number => $"hello from {number}").Except(heard).Select(text => $"lost: {text}"),
            .. heard.GroupBy(text => text).Where(same => same.Count() > 1).Select(same => $"came {same.Count()} times: {same.Key}"),
        ];
        var empty = _homeserver.Rooms.Count(room => _homeserver.MessagesIn(room.Id).Count == 0);
        if (Rooms != _chats || empty > 0)
        {
            faults.Add($"{Rooms} rooms for {_chats} people, {empty} of them empty");
        }

        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        _daemon?.Dispose();
        await _homeserver.DisposeAsync();
        await _network.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<string> Heard() => _homeserver.Rooms.SelectMany(room => _homeserver.MessagesIn(room.Id)).Select(said => said.Body!);
}
