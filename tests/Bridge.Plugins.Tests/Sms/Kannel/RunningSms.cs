using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

/// <summary>The endpoint at the double of Kannel, with a host around it that runs it again when it falls.</summary>
internal sealed class RunningSms : IAsyncDisposable
{
    public const string Secret = "canary-secret";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly SmsOptions _options;
    private readonly TimeProvider _clock;
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _keys;

    private RunningSms(KannelDouble kannel, SmsOptions options, TimeProvider clock)
    {
        (Kannel, _options, _clock) = (kannel, options, clock);
        Endpoint = Create();
    }

    public KannelDouble Kannel { get; }

    public HostMemory Memory { get; } = new();

    public SmsEndpoint Endpoint { get; private set; }

    public List<Exception> Failures { get; } = [];

    public List<string?> Impairments { get; } = [];

    public int Connections { get; private set; }

    public IReadOnlyList<Inbound> Heard => Memory.Snapshot(events => events.ToList());

    public static async Task<RunningSms> StartAsync(Func<SmsOptions, SmsOptions>? change = null, TimeProvider? clock = null)
    {
        var kannel = await KannelDouble.StartAsync();
        var options = OptionsFor(kannel);
        var running = new RunningSms(kannel, change?.Invoke(options) ?? options, clock ?? TimeProvider.System);
        running.Run();
        await running.UntilAsync(() => running.Connections > 0 || running.Failures.Count > 0);
        return running;
    }

    public static SmsOptions OptionsFor(KannelDouble kannel) => new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.Kannel, Url = kannel.Url, Username = "bridge", Password = new Secret(KannelDouble.Password), Secret = new Secret(Secret),
            Callback = new Uri("http://127.0.0.1:1/endpoints/sms"), Status = kannel.StatusUrl, StatusPassword = new Secret(KannelDouble.Password),
        },
        Sender = "+4915100000000",
        Country = "49",
    };

    /// <summary>As another process would over the same store.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await Endpoint.DisposeAsync();
        Endpoint = Create();
        var connections = Connections;
        Run();
        await UntilAsync(() => Connections > connections);
    }

    public Outbound Of(string text, string to = "+4915112345678", string? key = null) => new()
    {
        Key = new DeliveryKey(key ?? $"key{Interlocked.Increment(ref _keys):d19}"),
        Event = EventId.New(TimeProvider.System),
        To = new Address(new EndpointId("sms"), to),
        Content = MessagePosted.Of(text),
        OccurredAt = TimeProvider.System.GetUtcNow(),
    };

    public async Task<SendResult> Send(Outbound outbound) => await Endpoint.SendAsync(outbound, TestContext.Current.CancellationToken);

    /// <summary>As Kannel calls, without a network between.</summary>
    public async Task<HttpReply> Call(string path, string query, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString((pair.Length > 1 ? pair[1] : "").Replace('+', ' ')))).ToList();
        var call = new HttpCall(
            body is null ? "GET" : "POST", path, pairs, headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
            new MemoryStream(body ?? []), IPAddress.Loopback)
        {
            RawQuery = query,
        };
        return await Endpoint.ServeAsync(call, TestContext.Current.CancellationToken);
    }

    /// <summary>Kannel calls the URL it was given for this part.</summary>
    public Task<HttpReply> Report(KannelDouble.Taken part, int type, string answer = "")
    {
        var url = part.ReportUrl!.Replace("%d", type.ToString(), StringComparison.Ordinal).Replace("%A", Uri.EscapeDataString(answer), StringComparison.Ordinal);
        var at = new Uri(url);
        return Call(at.AbsolutePath["/endpoints/sms".Length..], at.Query.TrimStart('?'));
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, "it did not happen in time; failures: " + string.Join("; ", Failures.Select(failure => failure.Message)));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(6));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Endpoint.DisposeAsync();
        await Kannel.DisposeAsync();
        _stopping.Dispose();
    }

    private SmsEndpoint Create() => new(
        new EndpointContext
        {
            Id = new EndpointId("sms"), Logger = NullLogger.Instance, Clock = _clock, Random = new Random(1), State = Memory, Window = 100, Drops = Memory, Report = _ => { },
        },
        _options);

    private void Run()
    {
        _stopping = new CancellationTokenSource();
        _running = RunAgainAndAgainAsync(_stopping.Token);
    }

    private async Task RunAgainAndAgainAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Endpoint.RunAsync(new Inbox(this), stopping);
            }
            catch (Exception failure)
            {
                Failures.Add(failure);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private sealed class Inbox(RunningSms owner) : IInbox
    {
        public void Connected() => owner.Connections++;

        public void Impaired(string? why) => owner.Impairments.Add(why);

        public ValueTask AcceptAsync(InboundBatch batch) => new(owner.Memory.CommitAsync(batch));
    }
}
