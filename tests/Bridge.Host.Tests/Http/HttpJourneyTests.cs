using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Bridge.Host.Tests.Journeys;
using Bridge.Host.Tests.Plugins;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>The real daemon, asked over HTTP.</summary>
public sealed class HttpJourneyTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    // As a monitor would read it: names, types and labels, by Debian's python3-prometheus-client.
    private const string Parser = """
        import sys
        from prometheus_client.parser import text_string_to_metric_families
        for family in text_string_to_metric_families(sys.stdin.read()):
            for sample in family.samples:
                print(family.type, sample.name, ",".join("%s=%s" % label for label in sorted(sample.labels.items())), sample.value)
        """;

    private readonly Workspace _workspace = new(Workspace.Leak);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task A_monitor_reads_what_happened_and_how_things_stand()
    {
        _workspace.Config = Workspace.Leak + "\nhttp: { listen: 127.0.0.1:0 }\n";
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await ListenAsync(daemon);
        await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":88}""");
        await daemon.Output.WaitForAsync("Water leak in kitchen!");
        var metrics = await ParsedAsync("bridge_delivery_delivered_total endpoint=console 1.0");
        Assert.Contains("counter bridge_intake_accepted_total endpoint=home 1.0", metrics);
        Assert.Contains("gauge bridge_endpoint_up endpoint=home 1.0", metrics);
        Assert.Contains("gauge bridge_endpoint_state endpoint=console,state=connected 1.0", metrics);
        Assert.Contains("gauge bridge_deliveries state=delivered 1.0", metrics);
        Assert.Contains("gauge bridge_config_generation  1.0", metrics);
        Assert.Contains("gauge bridge_store_failing  0.0", metrics);
        Assert.Contains("histogram bridge_delivery_time_seconds_count endpoint=console 1.0", metrics);
        Assert.Contains(metrics, line => line.StartsWith("histogram bridge_store_commit_time_seconds_bucket le=+Inf ", StringComparison.Ordinal));
        Assert.Contains(metrics, line => line.StartsWith("gauge bridge_disk_free_bytes  ", StringComparison.Ordinal));
        Assert.DoesNotContain(metrics, line => line.Contains("kitchen", StringComparison.Ordinal));
        var families = (await GetAsync("/metrics")).Body.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();
        Assert.Empty(families.Except(OperationsPageTests.Documented));
        Assert.Equal(
            [
                "bridge_endpoint_day_spent", "bridge_endpoint_day_limit", "bridge_endpoint_day_held", // nothing has such a limit
                "bridge_sms_registered", "bridge_sms_signal_dbm", "bridge_sms_balance", // there is no modem
                "bridge_open_deliveries", "bridge_open_lanes", "bridge_oldest_open_delivery_seconds", // nothing is open
            ],
            GaugesOnThePage().Except(families));

        var health = await GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, health.Status);
        Assert.Matches("""^\{"status":"alive","doing":"running","version":"[0-9.]+","generation":1,"configuration":"[0-9a-f]{12}","damagedKeys":0\}\n$""", health.Body);
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready","problems":[]}""" + "\n"), await GetAsync("/readyz"));
    }

    [Fact]
    public async Task Readiness_names_the_endpoint_that_is_not_and_says_why()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        _workspace.Config = $$"""
            version: 1
            http: { listen: 127.0.0.1:0 }
            endpoints:
              console: { plugin: console }
              cloud: { plugin: mqtt, url: "mqtt://127.0.0.1:{{port}}" }
              spare: { plugin: mqtt, url: "mqtt://127.0.0.1:{{port}}", enabled: false }
            """;
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await ListenAsync(daemon);
        var ready = await GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Matches("""^\{"status":"not ready","problems":\[\{"part":"endpoint cloud","why":"(backing-off|connecting): [^"]+","since":"[^"]*"\}\]\}\n$""", ready.Body);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz")).Status);
    }

    [Fact]
    public async Task An_endpoint_whose_plugin_did_not_load_is_not_ready_and_one_that_is_switched_off_is_no_problem()
    {
        ProbePlugin.Write(Path.Combine(_workspace.Folder, "plugins"), "probe", 99);
        _workspace.Config = """
            version: 1
            http: { listen: 127.0.0.1:0 }
            endpoints:
              gone: { plugin: probe }
              spare: { plugin: probe, enabled: false }
            """;
        const string Why = "its plugin 'probe' did not load: it was built for contract version 99";
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await ListenAsync(daemon);
        var ready = await GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        var problem = Assert.Single(JsonNode.Parse(ready.Body)!["problems"]!.AsArray())!;
        Assert.Equal("endpoint gone", (string)problem["part"]!);
        Assert.StartsWith($"disabled: {Why}", (string)problem["why"]!, StringComparison.Ordinal);
        var status = await _workspace.DoAsync("status");
        Assert.Matches($"gone +probe +disabled.*{Why}", status);
        Assert.Matches(@"spare +probe +disabled.*switched off \(enabled: false\)", status);
        Assert.Equal(1, (await _workspace.RunAsync("health", "--ready")).ExitCode);
        var tried = await _workspace.RunAsync("connect");
        Assert.Matches("gone .*failed.*contract version 99", tried.Output);
        Assert.Matches("spare .*off.*switched off", tried.Output);
    }

    [Fact]
    public async Task A_listener_for_others_tells_strangers_one_word_and_the_rest_to_who_shows_the_token()
    {
        await File.WriteAllTextAsync(Path.Combine(_workspace.Folder, "token"), Token, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(_workspace.Folder, "token"), UnixFileMode.UserRead);
        _workspace.Config = Workspace.Endpoints + "\nhttp: { listen: 0.0.0.0:0, metrics_token: \"${file:token}\" }\n";
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await ListenAsync(daemon);
        Assert.Equal((HttpStatusCode.OK, """{"status":"alive"}""" + "\n"), await GetAsync("/healthz"));
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready"}""" + "\n"), await GetAsync("/readyz"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/metrics")).Status);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/metrics")).Status);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Contains("bridge_build_info", (await GetAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.Contains("\"generation\":1", (await GetAsync("/healthz")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, await _workspace.DoAsync("config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_nothing_runs()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        _workspace.Config = Workspace.Endpoints + $"\nhttp: {{ listen: {taken.LocalEndpoint} }}\n";
        var ran = await _workspace.RunAsync("run");
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"http.listen: {taken.LocalEndpoint} cannot be listened on", ran.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _client.Dispose();
        _workspace.Dispose();
    }

    private static IEnumerable<string> GaugesOnThePage() => OperationsPageTests.Documented.TakeWhile(name => name != "bridge_intake_accepted_total")
        .Where(name => name.StartsWith("bridge_", StringComparison.Ordinal) || name.StartsWith("process_", StringComparison.Ordinal));

    private async Task ListenAsync(BridgeProcess daemon)
    {
        var line = await daemon.Log.WaitForAsync("Health and metrics: http://");
        var port = line.Split(':')[^1].Split('/')[0];
        _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The page once it has a line: counters follow what they count.</summary>
    private async Task<IReadOnlyList<string>> ParsedAsync(string awaited)
    {
        IReadOnlyList<string> lines = [];
        await Workspace.UntilAsync(async () => (lines = await ParseAsync((await GetAsync("/metrics")).Body)).Any(line => line.Contains(awaited, StringComparison.Ordinal)));
        return lines;
    }

    private static async Task<IReadOnlyList<string>> ParseAsync(string page)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Parser]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await python.StandardInput.WriteAsync(page);
        python.StandardInput.Close();
        var parsed = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, python.ExitCode);
        return parsed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
