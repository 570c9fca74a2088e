using Bridge.Host.Tests.Proofs;
using Bridge.Testing.Chat;

namespace Bridge.Host.Tests.Journeys;

/// <summary>A real daemon that links conversations of chat networks which live in this process.</summary>
internal sealed class ChatBridge : IAsyncDisposable
{
    private ChatBridge(Workspace workspace) => Workspace = workspace;

    public Workspace Workspace { get; }

    public BridgeProcess Daemon { get; private set; } = null!;

    /// <summary>Starts it with one endpoint for each network, and what else is written.</summary>
    public static Task<ChatBridge> StartAsync(string rules, params (string Endpoint, ChatNetwork Network)[] networks) =>
        StartAsync(rules, [.. networks.Select(item => (item.Endpoint, item.Network, item.Endpoint))]);

    /// <summary>The same, with an account for each.</summary>
    public static async Task<ChatBridge> StartAsync(string rules, params (string Endpoint, ChatNetwork Network, string Account)[] networks)
    {
        var lines = networks.Select(item => $"  {item.Endpoint}: {{ plugin: chat, socket: {item.Network.Socket}, account: {item.Account} }}");
        var workspace = new Workspace($"version: 1\nendpoints:\n{string.Join('\n', lines)}\n{rules}\n");
        AddPlugin(workspace);
        var bridge = new ChatBridge(workspace);
        bridge.Daemon = await BridgeProcess.StartAsync(workspace);
        return bridge;
    }

    /// <summary>Starts it again after it was stopped.</summary>
    public async Task RestartAsync()
    {
        await Daemon.StopAsync();
        await StartAgainAsync();
    }

    /// <summary>SIGKILL, and a new start.</summary>
    public async Task KillAndRestartAsync()
    {
        await Daemon.KillAsync();
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        Workspace.Dispose();
    }

    /// <summary>After it was killed.</summary>
    public async Task StartAgainAsync()
    {
        await Daemon.DisposeAsync();
        Daemon = await BridgeProcess.StartAsync(Workspace);
    }

    /// <summary>Puts the chat network's plugin where the daemon of this workspace finds it.</summary>
    internal static void AddPlugin(Workspace workspace)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        OutsidePluginBuild.Drop(Path.Combine(own.Parent!.Parent!.FullName, "Bridge.Plugin.Chat", own.Name), workspace, "chat");
    }
}
