using System.Text;
using Bridge.Testing.Mqtt;
using Bridge.Testing.Sms.Kannel;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The real daemon at the real Kannel: who sends STOP is not written to, and the day's limit holds for all.</summary>
public sealed class StopJourneyTests : IAsyncLifetime
{
    private const string Number = "+4915100000012";
    private const string Confirmation = "You will get no more messages from this number. START brings them back.";
    private const string Welcome = "You will get messages from this number again. STOP ends them.";
    private const string Refused = "the number asked not to be written to (STOP)";
    private const string Held = "the endpoint's daily limit of 4 is reached";

    private readonly int _port = MosquittoBroker.FreePort();
    private Workspace _workspace = null!;
    private KannelPeer _kannel = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, "Kannel is not installed (Debian: kannel, kannel-extras)");
        var endpoint = $"http://127.0.0.1:{_port}/endpoints/sms";
        _kannel = await KannelPeer.StartAsync($"post-url = \"{endpoint}/message?id=%I&from=%p&to=%P&time=%T&secret=canary-secret\"");
        _workspace = new Workspace($$$"""
            version: 1
            http: { listen: "127.0.0.1:{{{_port}}}" }
            endpoints:
              sms:
                plugin: sms
                driver: { kind: kannel, url: "{{{_kannel.Url}}}", username: bridge, password: {{{KannelPeer.Password}}}, secret: canary-secret, callback: "{{{endpoint}}}" }
                stop: {}
                limits: { per_day: 4 }
              home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0 } }
              console: { plugin: console }
            routes:
              - { id: heard, from: "sms:*", to: ["console:me"] }
              - { id: alarm, from: home:alarm, text: "{{ message.text }}", to: ["sms:{{{Number}}}"] }
              - { id: news, from: home:news, text: "{{ message.text }}", to: ["sms:+4915100000013"] }
            """);
    }

    [Fact]
    public async Task STOP_blocks_all_routes_its_confirmation_is_sent_START_lifts_it_and_the_days_limit_holds_all_of_them()
    {
        var log = await StoppedAndStartedAsync();
        Assert.DoesNotContain("15100000012", log, StringComparison.Ordinal);
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");

        // Three are sent today: the two answers, and one message.
        await SendAsync("news", "the fourth");
        await GotAsync(4);
        var fifth = await SendAsync("news", "the fifth");
        await daemon.Log.WaitForAsync(Held);
        var sixth = await SendAsync("alarm", "the sixth");
        var status = await _workspace.DoAsync("status");
        Assert.Contains("its daily limit of 4 is reached: deliveries wait until", status, StringComparison.Ordinal);
        Assert.Contains(Held, await _workspace.DoAsync("trace", fifth), StringComparison.Ordinal);
        Assert.Contains(Held, await _workspace.DoAsync("trace", sixth), StringComparison.Ordinal);
        Assert.Equal(1, daemon.Log.Count(Held));
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync($"http://127.0.0.1:{_port}/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("bridge_endpoint_day_held{endpoint=\"sms\"} 1", metrics, StringComparison.Ordinal);

        await daemon.StopAsync();
        await using var again = await BridgeProcess.StartAsync(_workspace, "--console");
        await again.Log.WaitForAsync(Held);
        Assert.Equal([Confirmation, Welcome, "back", "the fourth"], _kannel.Got(Encoding.UTF8));
    }

    public async ValueTask DisposeAsync()
    {
        if (_kannel is not null)
        {
            await _kannel.DisposeAsync();
            _workspace.Dispose();
        }
    }

    /// <summary>Gives what the daemons logged.</summary>
    private async Task<string> StoppedAndStartedAsync()
    {
        await using var first = await BridgeProcess.StartAsync(_workspace, "--console");
        await _kannel.CentreAsync($"{Number} 12345 text Stop.");
        await first.Output.WaitForAsync("Stop.");
        await GotAsync(1);
        await RefusedAsync(await SendAsync("alarm", "fire"));
        await RefusedAsync(await _workspace.DoAsync("send", $"sms:{Number}", "by hand"));
        await first.KillAsync();

        await using var second = await BridgeProcess.StartAsync(_workspace, "--console");
        await RefusedAsync(await SendAsync("alarm", "fire again"));
        Assert.Contains($"sms:{Number}", await _workspace.DoAsync("optouts", "list"), StringComparison.Ordinal);
        Assert.Contains("1 asked not to be written to", await _workspace.DoAsync("status"), StringComparison.Ordinal);
        await _kannel.CentreAsync($"{Number} 12345 text start");
        await second.Output.WaitForAsync("start");
        await SendAsync("alarm", "back");
        await GotAsync(3);
        Assert.Equal([Confirmation, Welcome, "back"], _kannel.Got(Encoding.UTF8));
        Assert.Equal("none", await _workspace.DoAsync("optouts", "list"));
        await second.StopAsync();
        return string.Join('\n', [.. first.Log.All, .. second.Log.All]);
    }

    private async Task<string> SendAsync(string route, string text) => await _workspace.DoAsync("emit", $"home:{route}", "--payload", text);

    private Task GotAsync(int count) => UntilAsync(() => Task.FromResult(_kannel.Got(Encoding.UTF8).Count >= count));

    private Task RefusedAsync(string id) => UntilAsync(async () => (await _workspace.DoAsync("trace", id)).Contains($"failed: {Refused}", StringComparison.Ordinal));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
