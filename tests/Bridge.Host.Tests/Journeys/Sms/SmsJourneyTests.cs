using System.Text.Json;
using Bridge.Plugin.Sms.Codec;
using Bridge.Testing.Matrix;
using Bridge.Testing.Sms.Smpp;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>An alert that goes out as a short message, its answer, which becomes a room, and what is said there, through the real process.</summary>
public sealed class SmsJourneyTests
{
    private const string Person = "+4915112345678";
    private const string Ghost = "@bridge_sms_=2b4915112345678:hs.test";

    private const string Rules = $$$"""
        people:
          anna: { addresses: ["matrix:@anna:hs.test"] }
        routes:
          - { id: leak, from: home:leak, severity: critical, text: "Leak in the {{ payload }}", to: ["sms:{{{Person}}}"] }
        links:
          - { id: texts, between: ["matrix:*", "sms:*"], portal: { invite: [anna] } }
        """;

    [Fact]
    public async Task An_alert_is_answered_and_a_room_with_the_number_shows_what_is_said_and_what_became_of_it()
    {
        await using var centre = SmscDouble.Start();
        await using var matrix = await MatrixDaemon.PrepareAsync(
            $"    status_events: true\n  home: {{ plugin: mqtt, embedded: {{ listen: 127.0.0.1:0 }} }}\n"
            + "  sms: { plugin: sms, country: \"49\", sender: \"+4915100000000\", "
            + $"driver: {{ kind: smpp, url: \"{centre.Url}\", username: bridge, password: {SmscDouble.Password} }} }}\n",
            Rules);
        await using var daemon = await BridgeProcess.StartAsync(matrix.Workspace);
        var (homeserver, anna, workspace) = (matrix.Homeserver, matrix.Anna, matrix.Workspace);

        await daemon.PublishAsync("leak", "kitchen");
        await MatrixDaemon.UntilAsync(() => centre.Messages is ["Leak in the kitchen"]);
        centre.Bring(SmscDouble.Report("1"));
        await UntilTracedAsync(workspace, 1, "by leak: delivered");

        centre.Bring(SmscDouble.From(Person[1..], Gsm7Alphabet.Default.TryEncode("where exactly?")!));
        await MatrixDaemon.UntilAsync(() => RoomWith(homeserver, "where exactly?") is not null);
        var room = RoomWith(homeserver, "where exactly?")!;
        Assert.Equal(Ghost, Assert.Single(homeserver.MessagesIn(room)).Sender);
        Assert.Equal(Person, homeserver.StateOf(room, "m.room.member", Ghost)?.GetProperty("displayname").GetString());
        Assert.Equal(Person, homeserver.StateOf(room, "m.room.name")?.GetProperty("name").GetString());
        Assert.Equal("invite", homeserver.StateOf(room, "m.room.member", anna.Id)?.GetProperty("membership").GetString());

        anna.Join(room);
        var answer = anna.Say(room, "under the sink");
        await MatrixDaemon.UntilAsync(() => centre.Messages.Contains("under the sink") && StatusesOf(homeserver, room, answer) is ["SUCCESS"]);
        var delivery = await NewestAsync(workspace);
        Assert.Contains("by texts: sent", await workspace.DoAsync("trace", $"{delivery}"), StringComparison.Ordinal);
        centre.Bring(SmscDouble.Report("2"));
        await UntilTracedAsync(workspace, delivery, "by texts: delivered");

        var lost = anna.Say(room, "and turn it off");
        await MatrixDaemon.UntilAsync(() => centre.All.Count == 3);
        centre.Bring(SmscDouble.Report("3", "UNDELIV", "034"));
        await MatrixDaemon.UntilAsync(() => homeserver.MessagesIn(room)[^1].Text("msgtype") == "m.notice");
        var notice = homeserver.MessagesIn(room)[^1];
        Assert.StartsWith("This message was not delivered: ", notice.Body, StringComparison.Ordinal);
        Assert.Equal(lost, notice.Content.GetProperty("m.relates_to").GetProperty("m.in_reply_to").GetProperty("event_id").GetString());
        Assert.Contains("FAIL_PERMANENT", StatusesOf(homeserver, room, lost));
        await UntilTracedAsync(workspace, await NewestAsync(workspace), "by texts: failed");
        Assert.Equal(["Leak in the kitchen", "under the sink", "and turn it off"], centre.Messages);
    }

    private static string? RoomWith(Homeserver homeserver, string body) =>
        homeserver.Rooms.Select(room => room.Id).FirstOrDefault(room => homeserver.CountOf(room, body) > 0);

    private static List<string> StatusesOf(Homeserver homeserver, string room, string message) =>
        [.. homeserver.EventsIn(room, happened => happened.Type == "com.beeper.message_send_status" && happened.Relation?.Target == message)
            .Select(happened => happened.Text("status")!)];

    private static async Task<long> NewestAsync(Workspace workspace)
    {
        using var list = JsonDocument.Parse(await workspace.DoAsync("deliveries", "list", "--all", "--json"));
        return list.RootElement.EnumerateArray().First(delivery => delivery.GetProperty("to").GetString() == $"sms:{Person}")
            .GetProperty("delivery").GetInt64();
    }

    private static Task UntilTracedAsync(Workspace workspace, long delivery, string words) =>
        Workspace.UntilAsync(async () => (await workspace.DoAsync("trace", $"{delivery}")).Contains(words, StringComparison.Ordinal));
}
