using Bridge.Bench.Peers;
using Bridge.Bench.Speed;

namespace Bridge.Bench.Sms;

/// <summary>
/// From a broker to a thousand numbers through an SMS centre over SMPP, ten messages unanswered at most, beside Kannel with its file spool. Kannel speaks no MQTT: a feed in
/// this process hands it each message over HTTP, and its processor time and memory are counted for nobody.
/// </summary>
internal static class SmsContest
{
    /// <summary>What is said behind the number of a message: with it one part of an ordinary length.</summary>
    public const string Words = "Water in the kitchen, and the valve does not close";

    private const string Gateway = "kannel";

    public static Contest Between(string host) => new(
        new Dictionary<string, Func<string, int, int, Task<Child>>>
        {
            [Contest.Bridge] = (folder, source, centre) => BridgeAsync(host, folder, source, centre),
            [Gateway] = KannelAsync,
        },
        (_, ledger) => new StubSmsCentre(ledger),
        Gateway,
        (bridge, peer) =>
        [
            new("messages per second, of Kannel's", bridge.PerSecond / peer.PerSecond, AtLeast: 1.0),
            new("lost", bridge.Lost, AtMost: 0),
        ]);

    private static async Task<Child> BridgeAsync(string host, string folder, int source, int centre)
    {
        var config = Path.Combine(folder, "bridge.yaml");
        await File.WriteAllTextAsync(config, $$$"""
            version: 1
            telemetry: { log: info }
            endpoints:
              a: { plugin: mqtt, url: "mqtt://127.0.0.1:{{{source}}}", session: { client_id: bridge-a } }
              sms: { plugin: sms, driver: { kind: smpp, url: "smpp://127.0.0.1:{{{centre}}}", username: bridge, password: secret, window: 10, reports: false } }
            routes:
              - { id: up, from: "a:src/#", when: payload.on == true, text: "{{ payload.n }} {{{Words}}}", to: ["sms:+4915{{ 10000000 + payload.n % 1000 }}"] }
            """);
        var child = new Child("dotnet", [host, "run", "--config", config, "--data", Path.Combine(folder, "data")], until: "Ready:");
        await child.ReadyAsync(TimeSpan.FromSeconds(60));
        return child;
    }

    private static async Task<Child> KannelAsync(string folder, int source, int centre)
    {
        var (boxes, sends) = (Child.FreePort(), Child.FreePort());
        var config = Path.Combine(folder, "kannel.conf");
        await File.WriteAllTextAsync(config, ConfigurationOf(folder, boxes, sends, centre));
        var bearerbox = new Child("/usr/sbin/bearerbox", ["-v", "3", config], workingFolder: folder);
        await Child.ListeningAsync(boxes, TimeSpan.FromSeconds(20), isTried: false); // a connection would be taken for a box
        bearerbox.With(new Child("/usr/sbin/smsbox", ["-v", "3", config], workingFolder: folder));
        await Child.ListeningAsync(sends, TimeSpan.FromSeconds(20));
        bearerbox.With(new KannelFeed(source, sends));
        return bearerbox;
    }

    // A group begins behind an empty line.
    private static string ConfigurationOf(string folder, int boxes, int sends, int centre) => $"""
        group = core
        admin-port = {Child.FreePort()}
        admin-interface = 127.0.0.1
        admin-password = secret
        smsbox-port = {boxes}
        smsbox-interface = 127.0.0.1
        box-allow-ip = "127.0.0.1"
        store-type = spool
        store-location = "{Directory.CreateDirectory(Path.Combine(folder, "spool")).FullName}"

        group = smsc
        smsc = smpp
        host = 127.0.0.1
        port = {centre}
        smsc-username = bridge
        smsc-password = secret
        system-type = ""
        transceiver-mode = true
        max-pending-submits = 10

        group = smsbox
        bearerbox-host = 127.0.0.1
        bearerbox-port = {boxes}
        sendsms-port = {sends}
        sendsms-interface = 127.0.0.1
        sendsms-chars = "0123456789 +-"

        group = sendsms-user
        username = bridge
        password = secret

        group = sms-service
        keyword = default
        max-messages = 0
        text = ""

        """;
}
