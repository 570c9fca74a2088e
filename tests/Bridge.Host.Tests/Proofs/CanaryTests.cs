using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Laws 5 and 11: known texts, topics and secrets go through everything, and are found nowhere afterwards.</summary>
public sealed class CanaryTests : IDisposable
{
    private const string Text = "quetzal-text-7731";
    private const string Topic = "okapi-topic-7732";
    private const string Destination = "axolotl-dest-7733";
    private const string Password = "narwhal-pass-7734";
    private const string Blob = "pangolin-blob-7735";
    private const string FarPassword = "tapir-pass-7736";
    private const string Literal = "numbat-literal-7737";
    private const string Endpoint = "platypus-endpoint"; // names of endpoints are no secret: that they are found shows that the search finds
    private const string Key = "8f1d2c3b4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff0";
    private static readonly Canary s_canary = new Canary(Text, Topic, Destination, Password, Blob, FarPassword, Literal, Key).Add("the key", Convert.FromHexString(Key));

    private readonly Workspace _workspace = new("");
    private readonly ConcurrentBag<Ran> _failed = [];
    private readonly string _config;

    public CanaryTests()
    {
        File.WriteAllText(Path.Combine(_workspace.Folder, "broker.secret"), Password);
        File.WriteAllText(Path.Combine(_workspace.Folder, "far.secret"), FarPassword);
        File.WriteAllText(Path.Combine(_workspace.Folder, "key.secret"), Key);
        File.WriteAllText(Path.Combine(_workspace.Folder, "large"), string.Concat(Enumerable.Repeat(Blob, 300_000 / Blob.Length)));
        foreach (var secret in Directory.GetFiles(_workspace.Folder, "*.secret"))
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        _config = Config(ClosedPort());
        _workspace.Config = _config;
    }

    [Fact]
    public async Task What_was_said_is_found_in_no_file_no_log_line_and_no_error()
    {
        await using (var daemon = await BridgeProcess.StartAsync(_workspace))
        {
            await CarryAsync(daemon);
            await FailToDeliverAsync(daemon);
            await ReloadBadlyAsync(daemon);
            await MistypeAsync();
            await KillInTheMiddleAsync(daemon);
            AssertSilent(daemon);
        }

        await using var again = await BridgeProcess.StartAsync(_workspace);
        Assert.Contains(Text, await _workspace.DoAsync("deliveries", "list") + await TraceAsync(), StringComparison.Ordinal); // the operator sees it
        Assert.Equal(0, await again.StopAsync());
        AssertSilent(again);
        s_canary.AssertAbsentFrom(_failed.SelectMany(ran => ran.Error.Split('\n')), "an error of the command line");
    }

    public void Dispose() => _workspace.Dispose();

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Config(int closed) => $$$"""
        version: 1
        storage: { encryption: { key: "${file:key.secret}" } }
        telemetry: { log: trace }
        endpoints:
          home:
            plugin: mqtt
            embedded: { listen: 127.0.0.1:0, anonymous: never, users: { hall: { password: "${file:broker.secret}" } } }
          {{{Endpoint}}}: { plugin: mqtt, url: "mqtt://127.0.0.1:{{{closed}}}", username: hall, password: "${file:far.secret}" }
          console: { plugin: console }
        routes:
          - id: alert
            from: "home:{{{Topic}}}/+"
            when: payload.on == true
            key: "{{ topic[1] }}"
            cooldown: 1h
            severity: critical
            text: "{{ topic_str }} says {{ payload.note }}"
            to: [console:me, "{{{Endpoint}}}:{{{Destination}}}/{{ topic[1] }}"]
          - id: raw
            from: "home:{{{Topic}}}/raw/#"
            expiry: 1s
            to: ["{{{Endpoint}}}:{{{Destination}}}/{{ topic_tail(1) }}"]
          - id: loud
            from: "home:{{{Topic}}}/+"
            when: payload.note + 1 > "{{{Text}}}"
            text: "{{ payload.missing | number }}"
            to: [console:me]
        """;

    private async Task CarryAsync(BridgeProcess daemon)
    {
        await _workspace.DoAsync("emit", $"home:{Topic}/emitted", "--payload", $$"""{"on":true,"note":"{{Text}}"}""");
        await _workspace.DoAsync("emit", $"home:{Topic}/typed", Text);
        await _workspace.DoAsync("send", $"{Endpoint}:{Destination}/sent", Text, "-o", "retain=true");
        await _workspace.DoAsync("send", "console:me", Text);
        var note = Path.Combine(_workspace.Folder, "note");
        await File.WriteAllTextAsync(note, $$"""{"on":true,"note":"{{Text}}"}""", TestContext.Current.CancellationToken);
        await daemon.PublishFileAsync($"{Topic}/published", note, "-u", "hall", "-P", Password, "-i", "canary", "-r");
        await daemon.PublishFileAsync($"{Topic}/published", note, "-u", "hall", "-P", Password, "--will-topic", $"{Topic}/will", "--will-payload", Text);
        await daemon.PublishFileAsync($"{Topic}/raw/large", Path.Combine(_workspace.Folder, "large"), "-u", "hall", "-P", Password);
        using var stranger = Publisher.Start(await daemon.BrokerPortAsync(), "-t", Topic, "-m", Text, "-u", Text, "-P", Password + "x");
        await stranger.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, stranger.ExitCode);
    }

    private static async Task FailToDeliverAsync(BridgeProcess daemon)
    {
        await daemon.Log.WaitForAsync($"Endpoint {Endpoint}: ");
        await daemon.Log.WaitForAsync($"to {Endpoint} is Expired");
    }

    private async Task ReloadBadlyAsync(BridgeProcess daemon)
    {
        string[] bad =
        [
            _config.Replace("username: hall,", $"passwrod: {Literal}, password: {Literal},", StringComparison.Ordinal),
            _config.Replace("mqtt://", $"mqtt://hall:{Literal}@", StringComparison.Ordinal),
            _config.Replace("key: \"${file:key.secret}\"", $"key: {Literal}", StringComparison.Ordinal),
            _config.Replace("password: \"${file:far.secret}\"", $"password: [{Literal}", StringComparison.Ordinal),
            _config.Replace("password: \"${file:far.secret}\"", $"password: \"{Literal}-${{file:far.secret}}\"", StringComparison.Ordinal),
            _config.Replace("password: \"${file:far.secret}\"", $"secret: {Literal}", StringComparison.Ordinal),
            _config.Replace("password: \"${file:far.secret}\"", $"password: {Literal}: x", StringComparison.Ordinal),
            _config.Replace("password: \"${file:far.secret}\"", $"password: {{ value: {Literal} }}", StringComparison.Ordinal),
        ];
        var files = bad.Select((text, i) => Path.Combine(_workspace.Folder, $"bad{i}.yaml")).ToArray();
        await Task.WhenAll(files.Zip(bad, (file, text) => File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken)));
        await Task.WhenAll(files.Select(file => FailAsync(1, "validate", file)));
        _workspace.Config = bad[0];
        await FailAsync(1, "run");
        daemon.Signal(PosixSignal.SIGHUP);
        await daemon.Log.WaitForAsync("generation 1 stays in force");
        _workspace.Config = _config;
    }

    /// <summary>Whoever mistypes a command must not find in a terminal log what was meant to be said.</summary>
    private Task MistypeAsync() => Task.WhenAll(
        FailAsync(2, "emit", $"home:{Topic}/x", "--payload", "@no/such/file"),
        FailAsync(2, "emit", $"home:{Topic}/x", Text, "--payload", Text),
        FailAsync(2, "emit", Text, Text),
        FailAsync(2, "emit", $"home:{Topic}/#", Text),
        FailAsync(2, "emit", $"home:{Topic}/x", "a", Text),
        FailAsync(2, "emit", $"home:{Topic}/x", $"--paylod={Text}"),
        FailAsync(4, "emit", $"hoem:{Topic}", Text),
        FailAsync(4, "send", $"hoem:{Topic}", Text),
        FailAsync(2, "send", $"{Endpoint}:{Destination}/+", Text),
        FailAsync(2, "send", $"{Endpoint}:{Destination}", Text, "-o", $"retain={Text}"),
        FailAsync(2, "explain", "--from", Topic, Text),
        FailAsync(2, "trace", Text));

    /// <summary>While clients publish small and large: what SIGKILL leaves behind is what was in the midst of being written.</summary>
    private async Task KillInTheMiddleAsync(BridgeProcess daemon)
    {
        using var publisher = Publisher.Start(await daemon.BrokerPortAsync(), "-t", $"{Topic}/flood", "-l", "-u", "hall", "-P", Password);
        var accepted = daemon.Log.Count("Accepted ");
        var flood = FloodAsync(publisher.StandardInput);
        await daemon.Log.WaitForMoreAsync("Accepted ", accepted + 50);
        await daemon.KillAsync();
        publisher.Kill();
        await flood;
        Assert.True(s_canary.AssertAbsentBelow(_workspace.DataFolder) >= 5);
        Assert.Contains(Directory.GetFiles(_workspace.DataFolder), file => file.EndsWith("-wal", StringComparison.Ordinal) && new FileInfo(file).Length > 0);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_workspace.DataFolder, "blobs"), "*", SearchOption.AllDirectories));
    }

    private static async Task FloodAsync(StreamWriter input)
    {
        try
        {
            for (var line = 0; line < 1000; line++)
            {
                var note = string.Concat(Enumerable.Repeat(Text, line % 5 == 0 ? 5000 : 1));
                await input.WriteLineAsync($$"""{"on":true,"note":"{{note}} {{line}}"}""");
            }
        }
        catch (IOException)
        {
            // The publisher was killed.
        }
    }

    private async Task FailAsync(int exitCode, params string[] arguments)
    {
        var ran = await _workspace.RunAsync(arguments);
        Assert.True(ran.ExitCode == exitCode, $"{string.Join(' ', arguments)} ended with {ran.ExitCode}: {ran.Error}{ran.Output}");
        Assert.NotEmpty(ran.Error);
        _failed.Add(ran);
    }

    private async Task<string> TraceAsync() => await _workspace.DoAsync("trace", await _workspace.DoAsync("emit", $"home:{Topic}/last", Text));

    private void AssertSilent(BridgeProcess daemon)
    {
        Assert.True(s_canary.AssertAbsentBelow(_workspace.DataFolder) >= 5);
        Assert.Contains(Directory.GetFiles(_workspace.DataFolder, "store.db*"), file => new Canary(Endpoint).FoundIn(File.ReadAllBytes(file)).Any());
        Assert.Contains(daemon.Log.All, line => line.Contains(" debug ", StringComparison.Ordinal));
        s_canary.AssertAbsentFrom(daemon.Log.All, "the log");
        s_canary.AssertAbsentFrom(daemon.Output.All, "the output");
    }
}
