using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Bridge.Host.Tests.Packaging;
using Bridge.Host.Tests.Plugins;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

public sealed class DaemonTests : IDisposable
{
    private const string Wet = """{"water_leak":true,"battery":88}""";
    private readonly Workspace _workspace = new(Workspace.Leak);

    [Fact]
    public async Task An_emitted_event_and_a_published_one_show_one_alert_and_a_repeat_none()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", Wet);
        await daemon.Output.WaitForAsync("Water leak in kitchen! Battery 88 %");
        await daemon.PublishAsync("zigbee2mqtt/bath/leak_sensor", Wet);
        await daemon.Output.WaitForAsync("Water leak in bath! Battery 88 %");

        await daemon.PublishAsync("zigbee2mqtt/kitchen/leak_sensor", Wet);
        await _workspace.DoAsync("emit", "home:zigbee2mqtt/bath/leak_sensor", "--payload", Wet);
        await daemon.PublishAsync("notify", "through");
        await daemon.Output.WaitForAsync("through");
        Assert.Equal(2, daemon.Output.Count("Water leak"));
        Assert.Equal(0, await daemon.StopAsync());
        Assert.False(File.Exists(Path.Combine(_workspace.DataFolder, "admin.sock")));
    }

    [Fact]
    public async Task What_the_command_line_was_told_is_stored_survives_a_kill()
    {
        string id;
        await using (var daemon = await BridgeProcess.StartAsync(_workspace))
        {
            id = await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", Wet);
            await daemon.KillAsync();
        }

        await using var again = await BridgeProcess.StartAsync(_workspace, "--console");
        await again.Output.WaitForAsync("Water leak in kitchen!");
        var trace = await _workspace.DoAsync("trace", id);
        Assert.Contains("route leak: sent", trace, StringComparison.Ordinal);
        Assert.Contains("to console:me by leak: ", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_was_being_printed_when_the_daemon_was_killed_is_uncertain_and_not_printed_again()
    {
        using (var daemon = _workspace.Start(["run", "--console"]))
        {
            await new CapturedLines(daemon.StandardError).WaitForAsync("Ready: generation");
            var id = await _workspace.DoAsync("send", "console:me", new string('x', 100_000)); // more than a pipe holds that nobody reads
            await Workspace.UntilAsync(async () => (await _workspace.DoAsync("trace", id)).Contains("handing-over", StringComparison.Ordinal));
            daemon.Kill();
            await daemon.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var again = await BridgeProcess.StartAsync(_workspace, "--console");
        await Workspace.UntilAsync(async () => (await _workspace.DoAsync("deliveries", "list")).Contains("uncertain", StringComparison.Ordinal));
        await _workspace.DoAsync("send", "console:me", "after it");
        await again.Output.WaitForAsync("after it");
        Assert.Equal(0, again.Output.Count("xxx"));
    }

    [Fact]
    public async Task Without_a_terminal_deliveries_to_the_console_wait_visibly_and_can_be_dropped()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        var id = await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", Wet);
        await Workspace.UntilAsync(async () => (await _workspace.DoAsync("deliveries", "list")).Contains("parked", StringComparison.Ordinal));
        Assert.Contains(id[..18], await _workspace.DoAsync("deliveries", "list"), StringComparison.Ordinal);
        Assert.StartsWith(id, await _workspace.DoAsync("trace", id[..18]), StringComparison.Ordinal);
        Assert.StartsWith(id, await _workspace.DoAsync("trace", "1"), StringComparison.Ordinal);
        Assert.Contains("no terminal", await _workspace.DoAsync("status"), StringComparison.Ordinal);
        Assert.Contains("dropped", await _workspace.DoAsync("deliveries", "drop", "1"), StringComparison.Ordinal);
        Assert.Equal(4, (await _workspace.RunAsync("deliveries", "retry", "99")).ExitCode);
        Assert.StartsWith("bridge: delivery 1 is dropped: it cannot be dropped", (await _workspace.RunAsync("deliveries", "drop", "1")).Error, StringComparison.Ordinal);
        Assert.StartsWith("bridge: abc is no delivery number", (await _workspace.RunAsync("deliveries", "retry", "abc")).Error, StringComparison.Ordinal);
        Assert.Equal(1, daemon.Log.Count("Deliveries to console are parked: the output is no terminal"));
        Assert.Empty(daemon.Output.All);
    }

    [Fact]
    public async Task What_is_not_settled_well_is_listed_with_the_reason_why_it_waits()
    {
        _workspace.Config = Workspace.Leak
            .Replace("endpoints:", "endpoints:\n  away: { plugin: mqtt, url: \"mqtt://127.0.0.1:1\" }", StringComparison.Ordinal)
            .Replace("to: [console:me]", "to: [console:me, away:alerts]", StringComparison.Ordinal);
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await daemon.PublishAsync("notify", "one");
        await daemon.PublishAsync("notify", "two");
        await daemon.Output.WaitForAsync("two");
        await Workspace.UntilAsync(async () => !(await _workspace.DoAsync("deliveries", "list")).Contains("console:me", StringComparison.Ordinal));
        Assert.Matches("pending .* away:alerts .* endpoint away is not connected: .*ConnectionRefused", await _workspace.DoAsync("deliveries", "list"));
        Assert.EndsWith("1 of 2; more with --limit N", await _workspace.DoAsync("deliveries", "list", "--limit", "1"), StringComparison.Ordinal);
        Assert.Contains("console:me", await _workspace.DoAsync("deliveries", "list", "--all"), StringComparison.Ordinal);
        Assert.Matches("time spent committing +[0-9.]+ s", await _workspace.DoAsync("status"));
        Assert.Contains(", 3 bytes,", await _workspace.DoAsync("trace", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_daemon_on_one_data_folder_is_refused()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        var second = await _workspace.RunAsync("run");
        Assert.Equal(5, second.ExitCode);
        Assert.Contains($"the data folder {_workspace.DataFolder} is in use", second.Error, StringComparison.Ordinal);
        Assert.Contains("stop it first", second.Error, StringComparison.Ordinal);
        await _workspace.DoAsync("status");
    }

    [Fact]
    public async Task A_bad_configuration_never_replaces_a_good_one_and_a_good_one_takes_effect_by_itself()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        _workspace.Config = "routes: [ { id: leak, fro: \0";
        await daemon.Log.WaitForAsync("generation 1 stays in force");
        await daemon.Log.WaitForAsync($"{_workspace.ConfigFile}:1:");
        Assert.Contains("last reload refused", await _workspace.DoAsync("status"), StringComparison.Ordinal);
        await daemon.PublishAsync("notify", "still here");
        await daemon.Output.WaitForAsync("still here");

        _workspace.Config = Workspace.Leak.Replace("{{ message.text }}", "new: {{ message.text }}", StringComparison.Ordinal);
        await daemon.Log.WaitForAsync("Reloaded (a file changed): generation 2");
        await daemon.PublishAsync("notify", "hello");
        await daemon.Output.WaitForAsync("new: hello");
        Assert.Equal(1, daemon.Log.Count("Endpoint home is connected"));
        Assert.Equal(1, daemon.Log.Count("Endpoint console is connected"));
    }

    [Fact]
    public async Task What_is_open_when_its_rule_goes_still_hears_that_it_is_over()
    {
        var leak = Workspace.Leak.Replace("    severity: critical", "    resolved: \"{{ topic[1] }} is dry\"\n    severity: critical", StringComparison.Ordinal);
        _workspace.Config = leak;
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await daemon.PublishAsync("zigbee2mqtt/kitchen/leak_sensor", Wet);
        await daemon.Output.WaitForAsync("Water leak in kitchen!");
        _workspace.Config = Workspace.Endpoints + leak[leak.IndexOf("\n  - id: notify", StringComparison.Ordinal)..].Insert(0, "\nroutes:");
        await daemon.Log.WaitForAsync("generation 2");
        await daemon.PublishAsync("zigbee2mqtt/kitchen/leak_sensor", """{"water_leak":false,"battery":88}""");
        await daemon.Output.WaitForAsync("kitchen is dry");
    }

    [Fact]
    public async Task The_console_shows_times_in_the_configured_zone()
    {
        _workspace.Config = Workspace.Leak + "\ndefaults: { timezone: Pacific/Kiritimati }\n"; // 14 hours ahead of UTC, without summer time
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await daemon.PublishAsync("notify", "aloha");
        var line = await daemon.Output.WaitForAsync("aloha");
        var logged = await daemon.Log.WaitForAsync("Ready: generation");
        var ahead = TimeOnly.Parse(line[..8], CultureInfo.InvariantCulture) - TimeOnly.Parse(logged[11..19], CultureInfo.InvariantCulture);
        Assert.InRange(ahead, TimeSpan.FromHours(14), TimeSpan.FromHours(14.1));
    }

    [Fact]
    public async Task SIGHUP_reloads_and_restarts_only_the_endpoint_that_changed()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        daemon.Signal(PosixSignal.SIGHUP);
        await daemon.Log.WaitForAsync("Reloaded (SIGHUP): generation 2");
        Assert.Equal(1, daemon.Log.Count("Endpoint home is connected"));
        _workspace.Config = Workspace.Leak.Replace("{ plugin: console }", "{ plugin: console, enabled: false }", StringComparison.Ordinal);
        daemon.Signal(PosixSignal.SIGHUP);
        await daemon.Log.WaitForAsync("generation 3");
        Assert.Contains("switched off", await _workspace.DoAsync("status"), StringComparison.Ordinal);
        Assert.Equal(1, daemon.Log.Count("Endpoint home is connected"));
    }

    [Fact]
    public async Task A_signal_and_a_change_during_the_start_take_effect_as_soon_as_it_runs()
    {
        File.Delete(_workspace.ConfigFile);
        await Tool.DoAsync("mkfifo", _workspace.ConfigFile);
        var real = Path.Combine(_workspace.Folder, "real.yaml");
        await File.WriteAllTextAsync(real, Workspace.Leak, TestContext.Current.CancellationToken);
        using var daemon = _workspace.Start(["run"]);
        try
        {
            var log = new CapturedLines(daemon.StandardError);

            // It waits for somebody to write what it reads. The signal comes first, then there is another file, then it may read on.
            await Tool.DoAsync("sh", "-c", "exec 3>$0 && kill -HUP $1 && mv $2 $0 && cat $0 >&3", _workspace.ConfigFile, $"{daemon.Id}", real);
            await log.WaitForAsync("Reloaded (SIGHUP): generation 2");
            await log.WaitForAsync("Reloaded (a file changed): generation 3");
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task All_that_a_reload_cannot_change_is_named()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        _workspace.Config = Workspace.Leak + """

            storage: { folder: elsewhere }
            http: { listen: 127.0.0.1:0 }
            telemetry: { otlp: "http://127.0.0.1:1" }
            """;
        await daemon.Log.WaitForAsync("A change of storage.folder, http, telemetry.otlp takes effect at the next start");
    }

    [Fact]
    public async Task A_daemon_that_is_frozen_is_not_healthy()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await daemon.FreezeAsync();
        var asked = await _workspace.RunAsync("health");
        Assert.Equal(3, asked.ExitCode);
        Assert.StartsWith($"bridge: the daemon of {_workspace.DataFolder} has not answered for 10 s (it hangs, ", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_of_another_contract_version_is_refused_and_the_rest_works()
    {
        ProbePlugin.Write(Path.Combine(_workspace.Folder, "plugins"), "probe", 99);
        _workspace.Config = Workspace.Leak.Replace("endpoints:", "endpoints:\n  gone: { plugin: probe }", StringComparison.Ordinal);
        Assert.Contains("built for contract version 99", await _workspace.DoAsync("plugins"), StringComparison.Ordinal);

        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await daemon.Log.WaitForAsync("Plugin probe is refused: it was built for contract version 99");
        await daemon.PublishAsync("notify", "alive");
        await daemon.Output.WaitForAsync("alive");
        Assert.Matches("gone +probe +disabled", await _workspace.DoAsync("status"));
    }

    [Fact]
    public async Task Garbage_on_the_admin_socket_hurts_nobody()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_workspace.DataFolder, "admin.sock")), TestContext.Current.CancellationToken);
            await socket.SendAsync(Mutated(random), TestContext.Current.CancellationToken);
        }

        Assert.Contains("process", await _workspace.DoAsync("status"), StringComparison.Ordinal);
        Assert.DoesNotContain(daemon.Log.All, line => line.Contains("error", StringComparison.Ordinal));
    }

    public void Dispose() => _workspace.Dispose();

    private static byte[] Mutated(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes("""{"v":1,"command":"emit","arguments":{"address":"home:a","payload":"AA==","retain":false}}""" + "\n");
        for (var change = random.Next(6); change >= 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
