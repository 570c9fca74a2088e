using Bridge.Testing.Chat;
using Bridge.Testing.Matrix;

namespace Bridge.Host.Tests.Journeys;

/// <summary>A Matrix room and a chat of another network, linked by the real process: alice is in the one, ben in the other.</summary>
internal sealed class RoomAndChat : IAsyncDisposable
{
    public const string Chat = "chat";
    private readonly MatrixProcess _daemon;

    private RoomAndChat(Homeserver homeserver, MatrixProcess daemon) => (Homeserver, _daemon) = (homeserver, daemon);

    public ChatNetwork Network { get; } = new(ChatRules.All with { InFlight = 50 });

    public Homeserver Homeserver { get; }

    public MatrixUser Alice => Homeserver.User("alice");

    public string Room { get; private set; } = "";

    /// <summary>What people see in the room.</summary>
    public IReadOnlyList<RoomEvent> InRoom => Homeserver.MessagesIn(Room);

    public IReadOnlyList<ChatMessage> InChat => Network.In(Chat);

    public static async Task<RoomAndChat> StartAsync()
    {
        var daemon = new MatrixProcess();
        var both = new RoomAndChat(await Homeserver.StartAsync(null, daemon.Service), daemon);
        both.Room = both.Alice.CreateRoom("room");
        daemon.AddChat();
        daemon.Configure(both.Homeserver, $$"""
              far: { plugin: chat, socket: {{both.Network.Socket}} }
            links:
              - { id: pair, between: ["matrix:{{both.Room}}", "far:{{Chat}}"], deletes: everywhere }
            """);
        daemon.Start();
        await daemon.JoinAsync(both.Homeserver, both.Alice, both.Room);
        return both;
    }

    /// <summary>SIGKILL, and a new start.</summary>
    public void Restart()
    {
        _daemon.Kill();
        _daemon.Start();
    }

    public Task UntilAsync(Func<bool> condition, string what) => _daemon.UntilAsync(condition, what);

    /// <summary>Alice says something, and it is in the chat.</summary>
    public async Task<(string Here, ChatMessage There)> AliceSaysAsync(string text, string? html = null, string? replyTo = null)
    {
        var before = InChat.Count;
        var here = replyTo is null ? Alice.Say(Room, text, html) : Alice.Reply(Room, replyTo, text);
        await UntilAsync(() => InChat.Count > before, $"'{text}' is in the chat");
        return (here, InChat[^1]);
    }

    /// <summary>Ben says something, and it is in the room.</summary>
    public async Task<(string Here, RoomEvent There)> BenSaysAsync(string text, Func<ChatEvent, ChatEvent>? with = null)
    {
        var before = InRoom.Count;
        var here = Network.Says(Chat, "ben", text, with);
        await UntilAsync(() => InRoom.Count > before, $"'{text}' is in the room");
        return (here, InRoom[^1]);
    }

    public async ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        await Network.DisposeAsync();
        await Homeserver.DisposeAsync();
    }
}
