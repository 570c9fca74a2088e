using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Garbage instead of a protocol, from either side.</summary>
public sealed class HostileWireTests : IDisposable
{
    // CONNECT of version 5 with a clean start, keep-alive 60 s and the client id "a".
    private static readonly byte[] s_connect = [0x10, 14, 0, 4, .. "MQTT"u8, 5, 2, 0, 60, 0, 0, 1, (byte)'a'];
    private static readonly byte[] s_accepted = [0x20, 3, 0, 0, 0];
    private readonly Workspace _workspace = new(Workspace.Leak);

    [Fact]
    public async Task Garbage_at_the_broker_port_hurts_nobody()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        var port = int.Parse(await daemon.BrokerPortAsync(), System.Globalization.CultureInfo.InvariantCulture);
        foreach (var garbage in Garbage())
        {
            await SendAsync(port, garbage);
        }

        await daemon.PublishAsync("notify", "still here");
        await daemon.Output.WaitForAsync("still here");
        var status = await StatusAsync();
        Assert.Equal("connected", status.Endpoints.Single(endpoint => endpoint.Name == "home").Phase);
        Assert.DoesNotContain(status.Counters, counter => counter is { Name: "endpoint.lost" });
        Assert.Contains(daemon.Log.All, line => line.Contains("was cut off", StringComparison.Ordinal) || line.Contains("was refused", StringComparison.Ordinal));
        Assert.DoesNotContain(daemon.Log.All, line => line.Contains(" error ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_talks_garbage_is_visible_tried_ever_more_seldom_and_hurts_no_other_endpoint()
    {
        await using var silent = new FakeBroker([], thenCloses: true);
        await using var noise = new FakeBroker(Noise(1), thenCloses: false);
        await using var refusing = new FakeBroker([0x20, 3, 0, 0x87, 0], thenCloses: true);
        await using var turning = new FakeBroker([.. s_accepted, .. Noise(2)], thenCloses: false);
        await using var endless = new FakeBroker([.. s_accepted, 0x30, 0xff, 0xff, 0xff, 0x7f, .. new byte[100_000]], thenCloses: false);
        FakeBroker[] brokers = [silent, noise, refusing, turning, endless];
        _workspace.Config = Workspace.Leak.Replace("endpoints:", "endpoints:" + string.Concat(brokers.Select((broker, i) =>
            $"\n  far{i}: {{ plugin: mqtt, url: \"mqtt://127.0.0.1:{broker.Port}\" }}")), StringComparison.Ordinal);
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        for (var i = 0; i < brokers.Length; i++)
        {
            await daemon.Log.WaitForMoreAsync($"Endpoint far{i}: ", 0);
        }

        await daemon.PublishAsync("notify", "unaffected");
        await daemon.Output.WaitForAsync("unaffected");
        var status = await StatusAsync();
        Assert.Equal("connected", status.Endpoints.Single(endpoint => endpoint.Name == "home").Phase);
        foreach (var endpoint in status.Endpoints.Where(endpoint => endpoint.Name.StartsWith("far", StringComparison.Ordinal)))
        {
            Assert.Contains(endpoint.Phase, (string[])["backing-off", "connecting"]);
            Assert.False(string.IsNullOrWhiteSpace(endpoint.Reason), endpoint.Name);
        }

        var began = status.StartedAt;
        Assert.All(brokers, broker => Assert.InRange(broker.Connections, 1, 2 + (int)Math.Log2(1 + (TimeProvider.System.GetUtcNow() - began).TotalSeconds * 2)));
    }

    public void Dispose() => _workspace.Dispose();

    private static byte[] Noise(int seed)
    {
        var noise = new byte[5000];
        new Random(seed).NextBytes(noise);
        noise[0] = 0x00; // no packet type at all
        return noise;
    }

    private static IEnumerable<byte[]> Garbage()
    {
        yield return [];
        yield return "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        yield return [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
        yield return [0x10, 0xff, 0xff, 0xff, 0x7f, .. new byte[10_000]];
        yield return [0x10, 0xff, 0xff, 0xff, 0xff, 0xff];
        yield return [.. s_connect, .. s_connect];
        yield return [.. s_connect, 0x30, 0xff, 0xff, 0xff, 0x7f, .. new byte[10_000]];
        yield return [.. s_connect, 0x82, 3, 0, 0, 0];
        yield return [.. s_connect, 0x32, 7, 0, 3, .. "a/#"u8, 0, 1];
        yield return [.. s_connect, 0x3e, 5, 0, 1, (byte)'a', 0, 1];
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            yield return round % 2 == 0 ? bytes : [.. s_connect, .. bytes];
        }
    }

    private static async Task SendAsync(int port, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        try
        {
            await client.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The broker hung up at the first bytes, which is its good right.
        }
    }

    private async Task<StatusReport> StatusAsync() => JsonSerializer.Deserialize<StatusReport>(await _workspace.DoAsync("status", "--json"), AdminProtocol.Json)!;
}
