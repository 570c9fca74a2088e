using System.Text.Json;
using Bridge.Host.Tests.Journeys;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Host.Tests.Synapse;

/// <summary>The real daemon at a real Synapse: as its application service, and through one account of it.</summary>
public sealed class SynapseTests
{
    private const string Bot = "@bridge:example.org";

    [Fact]
    [Trait("Category", "Long")]
    public async Task An_alert_a_link_and_a_portal_work_at_a_real_Synapse()
    {
        await using var at = await SynapseBridge.StartAsync();
        var (anna, bert) = (at.Anna, at.Bert);
        await at.Daemon.PublishAsync("leak", "kitchen");
        var alert = await anna.SeesAsync(at.RoomA, "Leak in the kitchen");
        Assert.Equal((Bot, "m.text"), (alert.GetProperty("sender").GetString(), alert.GetProperty("content").GetProperty("msgtype").GetString()));

        // From the account's room to the ghost's and back.
        var first = await bert.SayAsync(at.RoomB, "hello");
        var there = await anna.SeesAsync(at.RoomA, "hello");
        Assert.Equal("@bridge_other_=40bert=3aexample.org:example.org", there.GetProperty("sender").GetString());
        await anna.SayAsync(at.RoomA, "hi");
        await bert.SeesAsync(at.RoomB, "anna: hi");
        await at.Daemon.Output.WaitForAsync("heard: hi");

        await bert.EditAsync(at.RoomB, first, "hello there");
        await anna.SeesAsync(at.RoomA, "* hello there");
        var reaction = await anna.ReactAsync(at.RoomA, SynapseUser.IdOf(there), "👍");
        var reacted = await bert.SeesAsync(at.RoomB, value => IsReactionTo(value, first), "the reaction");
        await anna.RedactAsync(at.RoomA, reaction);
        await bert.SeesAsync(at.RoomB, value => SynapseUser.IdOf(value) == SynapseUser.IdOf(reacted) && IsRedacted(value), "the reaction is gone");
        await bert.RedactAsync(at.RoomB, first);
        await anna.SeesAsync(at.RoomA, value => SynapseUser.IdOf(value) == SynapseUser.IdOf(there) && IsRedacted(value), "the message is gone");

        var picture = new byte[5_000_000];
        new Random(1).NextBytes(picture);
        var info = new { mimetype = "image/png", size = picture.Length };
        await bert.SendAsync(at.RoomB, "m.room.message", new { msgtype = "m.image", body = "big.png", url = await bert.UploadAsync(picture), info });
        var image = await anna.SeesAsync(at.RoomA, "big.png");
        Assert.Equal(picture, await anna.DownloadAsync(image.GetProperty("content").GetProperty("url").GetString()!));
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("10")]
    [InlineData("11")]
    [InlineData("12")]
    public async Task A_portal_of_each_room_version_is_made_with_the_first_message(string version)
    {
        await using var at = await SynapseBridge.StartAsync($"    rooms: {{ version: \"{version}\" }}\n");
        var chat = await at.Bert.CreateRoomAsync("Chat", at.Relay.Id);
        await SynapseUser.UntilAsync(() => at.Bert.IsInAsync(chat, at.Relay.Id), "the account is in the room");
        await at.Bert.SayAsync(chat, "first");
        var portal = "";
        await SynapseUser.UntilAsync(
            async () =>
            {
                portal = (await at.Anna.InvitationsAsync()).Where(room => room.Value == "Chat (work)").Select(room => room.Key).FirstOrDefault() ?? "";
                return portal.Length > 0;
            },
            "the invitation");
        await at.Anna.JoinAsync(portal);
        Assert.Equal(version == "12", !portal.Contains(':', StringComparison.Ordinal));
        await at.Anna.SeesAsync(portal, "first");
        await at.Anna.SayAsync(portal, "answer");
        await at.Bert.SeesAsync(chat, "anna: answer");
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_chat_begun_with_a_ghost_reaches_the_person_with_its_first_words_and_a_second_one_is_sent_there()
    {
        const string Ghost = "@bridge_other_=40bert=3aexample.org:example.org";
        await using var at = await SynapseBridge.StartAsync();
        var room = await at.Anna.StartChatAsync(Ghost);
        await at.Anna.SayAsync(room, "are you there?");
        var chat = "";
        await SynapseUser.UntilAsync(async () => (chat = (await at.Bert.InvitationsAsync()).Keys.FirstOrDefault() ?? "").Length > 0, "the invitation");
        await at.Bert.JoinAsync(chat);
        await at.Bert.SeesAsync(chat, "anna: are you there?");
        await at.Bert.SayAsync(chat, "yes");
        var answer = await at.Anna.SeesAsync(room, "yes");
        Assert.Equal(Ghost, answer.GetProperty("sender").GetString());
        await at.Anna.SayAsync(room, "good");
        await at.Bert.SeesAsync(chat, "anna: good");

        var second = await at.Anna.StartChatAsync(Ghost);
        await at.Anna.SeesAsync(second, value => SynapseUser.BodyOf(value)?.Contains("another room", StringComparison.Ordinal) == true, "where it is");
        await SynapseUser.UntilAsync(async () => !await at.Anna.IsInAsync(second, Ghost), "the ghost leaves");
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Killed_after_Synapse_took_a_message_and_before_it_could_say_so_nothing_is_lost_or_doubled()
    {
        await using var at = await SynapseBridge.StartAsync();
        await at.Bert.SayAsync(at.RoomB, "before");
        await at.Anna.SeesAsync(at.RoomA, "before"); // the ghost is there
        for (var round = 0; round < 4; round++)
        {
            var cut = at.Cutting.CutNextAnswer();
            await at.Bert.SayAsync(at.RoomB, $"number {round}");
            await cut.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await at.Daemon.KillAsync();
            await at.Bert.SayAsync(at.RoomB, $"while away {round}");
            if (round % 2 == 1)
            {
                await at.Server.StopAsync(); // and Synapse forgets the transactions, which it keeps in memory
                await at.Server.StartAsync();
            }

            await at.StartDaemonAsync();
            await at.Anna.SeesAsync(at.RoomA, $"while away {round}");
        }

        var messages = (await at.Anna.EventsAsync(at.RoomA)).Where(value => value.GetProperty("type").GetString() == "m.room.message");
        var expected = Enumerable.Range(0, 4).SelectMany(round => (string[])[$"number {round}", $"while away {round}"]);
        Assert.Equal(["before", .. expected], messages.Select(SynapseUser.BodyOf));
    }

    private static bool IsReactionTo(JsonElement value, string target) => value.GetProperty("type").GetString() == "m.reaction"
        && value.GetProperty("content").TryGetProperty("m.relates_to", out var relation) && relation.GetProperty("event_id").GetString() == target;

    private static bool IsRedacted(JsonElement value) => value.TryGetProperty("unsigned", out var about) && about.TryGetProperty("redacted_because", out _);

    /// <summary>A Synapse, and a daemon that links a room of anna's, as an application service, with one of bert's, where it is an account.</summary>
    private sealed class SynapseBridge : IAsyncDisposable
    {
        private readonly Workspace _workspace = new("version: 1");

        public required SynapseServer Server { get; init; }

        public required CuttingRelay Cutting { get; init; }

        public SynapseUser Anna { get; private set; } = null!;

        public SynapseUser Bert { get; private set; } = null!;

        public SynapseUser Relay { get; private set; } = null!;

        public string RoomA { get; private set; } = "";

        public string RoomB { get; private set; } = "";

        public BridgeProcess Daemon { get; private set; } = null!;

        /// <param name="options">Further options of the application service's endpoint, in lines.</param>
        public static async Task<SynapseBridge> StartAsync(string options = "")
        {
            var server = await SynapseServer.MakeAsync();
            var at = new SynapseBridge { Server = server, Cutting = new CuttingRelay(server.Port) };
            await server.StartAsync();
            var head = $$"""
                version: 1
                http: { listen: 127.0.0.1:{{MosquittoBroker.FreePort()}} }
                endpoints:
                  matrix:
                    plugin: matrix
                    homeserver: http://127.0.0.1:{{at.Cutting.Port}}
                    appservice: { file: registration.yaml }

                """.Replace("    appservice", options + "    appservice", StringComparison.Ordinal);
            at._workspace.Config = head;
            await at._workspace.DoAsync("registration", "matrix");
            await server.StopAsync();
            await server.RegisterAsync(Path.Combine(at._workspace.Folder, "registration.yaml"));
            await server.StartAsync();
            (at.Anna, at.Bert, at.Relay) = (await server.UserAsync("anna"), await server.UserAsync("bert"), await server.UserAsync("relay"));
            (at.RoomA, at.RoomB) = (await at.Anna.CreateRoomAsync("A"), await at.Bert.CreateRoomAsync("B", at.Relay.Id));
            await at.Relay.JoinAsync(at.RoomB);
            at._workspace.Config = head + $$$"""
                  other: { plugin: matrix, homeserver: "{{{server.Url}}}", access_token: "{{{at.Relay.AccessToken}}}" }
                  home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0 } }
                  console: { plugin: console }
                people:
                  anna: { addresses: ["matrix:{{{at.Anna.Id}}}"] }
                routes:
                  - { id: leak, from: home:leak, severity: critical, text: "Leak in the {{ payload }}", to: ["matrix:{{{at.RoomA}}}"] }
                  - { id: heard, from: "matrix:{{{at.RoomA}}}", text: "heard: {{ message.text }}", to: ["console:me"] }
                links:
                  - { id: pair, between: ["matrix:{{{at.RoomA}}}", "other:{{{at.RoomB}}}"], deletes: everywhere, relay: { label: "{{ sender.name }}: " } }
                  - { id: work, between: ["matrix:*", "other:*"], portal: { invite: [anna], name: "{{ chat.title }} (work)" }, relay: { label: "{{ sender.name }}: " } }

                """;
            await at.StartDaemonAsync();
            await at.Anna.InviteAsync(at.RoomA, Bot);
            await SynapseUser.UntilAsync(() => at.Anna.IsInAsync(at.RoomA, Bot), "the bot is in the room");
            return at;
        }

        public async Task StartDaemonAsync()
        {
            if (Daemon is { } before)
            {
                await before.DisposeAsync();
            }

            Daemon = await BridgeProcess.StartAsync(_workspace, "--console");
            foreach (var endpoint in (string[])["matrix", "other"])
            {
                await Daemon.Log.WaitForAsync($"Endpoint {endpoint} is connected");
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (Daemon is { } daemon)
            {
                await daemon.DisposeAsync();
            }

            await Cutting.DisposeAsync();
            await Server.DisposeAsync();
            Anna?.Dispose();
            Bert?.Dispose();
            Relay?.Dispose();
            _workspace.Dispose();
        }
    }
}
