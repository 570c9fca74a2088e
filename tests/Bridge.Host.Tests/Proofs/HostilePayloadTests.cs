using System.Text;
using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Payloads that no device should send, through the broker and through the command line.</summary>
public sealed class HostilePayloadTests : IDisposable
{
    private const string Config = """
        version: 1
        endpoints:
          home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0, limits: { packet: 4MB } } }
          console: { plugin: console }
        routes:
          - id: compare
            from: home:hostile/#
            when: payload.a.b[3].c > 12 and payload.list | length > 2 and payload in ["x", 1]
            text: "never"
            to: [console:me]
          - id: shape
            from: home:hostile/#
            key: "{{ topic[1] }} {{ payload.id | truncate(20) }}"
            cooldown: 1h
            text: "{{ payload | json | truncate(40) }} {{ payload.a | number | round(2) }} {{ payload | sort | unique | join(', ') | truncate(30) }}"
            to: [console:me]
          - id: state
            from: home:hostile/#
            when: payload.on == true
            until: payload.on == false
            at: payload.time
            max_age: 1h
            text: "on {{ message.text | truncate(20) }}"
            to: [console:me]
          - id: forward
            from: home:hostile/+/through
            to: [{ address: "home:out/{{ topic[1] }}", retain: true }]
          - id: good
            from: home:good
            text: "good {{ message.text }}"
            to: [console:me]
        """;

    private readonly Workspace _workspace = new(Config);

    private static IReadOnlyList<(string Name, byte[] Bytes)> Payloads { get; } =
    [
        ("empty", []),
        ("invalid-utf8", [0xff, 0xfe, 0x80, (byte)'{', 0xc3, 0x28, 0, 1]),
        ("invalid-utf8-in-json", [.. "{\"on\":true,\"a\":\""u8, 0xc3, 0x28, .. "\"}"u8]),
        ("bom", [0xef, 0xbb, 0xbf, .. "{\"on\":true}"u8]),
        ("large", Utf8($$"""{"on":true,"a":"{{new string('x', 1_000_000)}}"}""")),
        ("nan", Utf8("""{"a":NaN,"on":true}""")),
        ("infinity", Utf8("""{"a":-Infinity}""")),
        ("duplicate-keys", Utf8("""{"on":false,"on":true,"id":1,"id":{"id":2}}""")),
        ("deep-objects", Utf8(string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000))),
        ("deep-arrays", Utf8(new string('[', 100_000) + new string(']', 100_000))),
        ("unclosed", Utf8(new string('[', 100_000))),
        ("wide-array", Utf8("[" + string.Join(',', Enumerable.Range(0, 100_000)) + "]")),
        ("huge-numbers", Utf8($$"""{"a":1e400,"id":-1e-400,"time":9e300,"on":true,"list":[{{new string('9', 5000)}}]}""")),
        ("lone-surrogate", Utf8("""{"a":"\ud800","id":"\udfff","on":true}""")),
        ("control-characters", Utf8("{\"on\":true,\"id\":\"\\u001b[2J\\u0007\\u0000\"}\u001b[31m")),
        ("trailing-comma", Utf8("""{"on":true,}""")),
        ("time-out-of-range", Utf8("""{"on":true,"time":"99999-99-99T99:99:99Z"}""")),
    ];

    [Fact]
    public async Task Every_hostile_payload_is_stored_and_explained_and_a_good_message_follows()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        foreach (var (name, bytes) in Payloads)
        {
            await daemon.PublishFileAsync($"hostile/{name}/through", FileOf(name, bytes));
            var trace = await EmitAsync($"home:hostile/{name}", bytes);
            Assert.True(trace.Size >= bytes.Length);
            Assert.Equal(["compare", "shape", "state"], trace.Routes.Select(route => route.Route).Take(3));
            Assert.All(trace.Routes, route => Assert.NotEmpty(route.Because));
            Assert.Equal("not-matched", trace.Routes[0].Verdict);
        }

        await AssertAliveAsync(daemon, Payloads.Count * 2);
    }

    [Fact]
    public async Task The_command_line_carries_bytes_that_are_no_text()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        var (name, bytes) = Payloads[1];
        await _workspace.DoAsync("emit", $"home:hostile/{name}/through", "--payload", "@" + FileOf(name, bytes));
        Assert.Equal(bytes, await Subscriber.OneAsync(await daemon.BrokerPortAsync(), $"out/{name}"));
        var id = await _workspace.DoAsync("emit", "home:hostile/empty", "--payload", "");
        Assert.Contains("route shape: sent", await _workspace.DoAsync("trace", id), StringComparison.Ordinal);
        await AssertAliveAsync(daemon, 2);
    }

    public void Dispose() => _workspace.Dispose();

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private string FileOf(string name, byte[] bytes)
    {
        var file = Path.Combine(_workspace.Folder, name);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    /// <summary>Over the private socket: what <c>emit</c> and <c>trace</c> ask, without a process for each of them.</summary>
    private async Task<TraceReport> EmitAsync(string address, byte[] payload)
    {
        var accepted = await AskAsync<AcceptedReport>("emit", new EmitRequest(address, Payload: payload));
        return await AskAsync<TraceReport>("trace", new EventRequest(accepted.EventId));
    }

    private async Task<T> AskAsync<T>(string command, object arguments) =>
        (await new AdminClient(_workspace.DataFolder).AskAsync(command, arguments, TestContext.Current.CancellationToken))!.Deserialize<T>(AdminProtocol.Json)!;

    private async Task AssertAliveAsync(BridgeProcess daemon, int events)
    {
        await daemon.PublishAsync("good", "news");
        await daemon.Output.WaitForAsync("good news");
        var status = await AskAsync<StatusReport>("status", new Nothing());
        Assert.Equal(events + 1, status.Counters.Where(counter => counter.Name == "intake.accepted").Sum(counter => counter.Value));
        Assert.DoesNotContain(status.Counters, counter => counter.Name is "routing.failures" or "delivery.faults" or "store.failures");
        Assert.Equal("connected", status.Endpoints.Single(endpoint => endpoint.Name == "home").Phase);
        Assert.DoesNotContain(daemon.Output.All, line => line.Any(char.IsControl)); // nothing that steers a terminal
        Assert.DoesNotContain(daemon.Log.All, line => line.Contains(" error ", StringComparison.Ordinal));
    }
}
