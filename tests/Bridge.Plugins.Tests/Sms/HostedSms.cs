using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Mqtt;
using Bridge.Testing.Endpoints;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Sms;

/// <summary>The endpoint with a host around it that runs it again when it falls.</summary>
internal class HostedSms : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly TimeProvider _clock;
    private readonly HttpMessageHandler? _handler;
    private SmsOptions _options;
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _keys;

    /// <param name="options">As configured.</param>
    /// <param name="clock">Null for the system's.</param>
    /// <param name="handler">How connections are made; null for the ordinary way.</param>
    protected HostedSms(SmsOptions options, TimeProvider? clock, HttpMessageHandler? handler = null)
    {
        (_options, _clock, _handler) = (options, clock ?? TimeProvider.System, handler);
        Endpoint = Create();
    }

    public HostMemory Memory { get; } = new();

    public MemoryBlobs Blobs { get; } = new();

    public SmsEndpoint Endpoint { get; private set; }

    public IReadOnlyList<Exception> Failures { get; private set; } = [];

    public List<string?> Impairments { get; } = [];

    /// <summary>What is impaired now.</summary>
    public string? Impairment { get; private set; }

    public int Connections { get; private set; }

    /// <summary>What it said of itself.</summary>
    public ConcurrentQueue<string> Told { get; } = [];

    public IReadOnlyList<Inbound> Heard => Memory.Snapshot(events => events.ToList());

    public IReadOnlyList<DeliveryReported> Reported => [.. Heard.Select(heard => heard.Event).OfType<DeliveryReported>()];

    /// <summary>As another process would over the same store.</summary>
    /// <param name="change">Of its configuration.</param>
    public async Task RestartAsync(Func<SmsOptions, SmsOptions>? change = null)
    {
        await StopAsync();
        _options = change?.Invoke(_options) ?? _options;
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

    /// <summary>What the other side heard so far, for whoever looks into a failure.</summary>
    protected virtual string Said => "";

    public async Task UntilAsync(Func<bool> condition, TimeSpan? patience = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            var inTime = TimeProvider.System.GetElapsedTime(began) < (patience ?? s_patience);
            Assert.True(inTime, $"it did not happen in time; failures: {string.Join("; ", Failures.Select(failure => failure.Message))}; {Said}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(6));
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Endpoint.DisposeAsync();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Until it is connected, or cannot.</summary>
    protected async Task BeginAsync()
    {
        Run();
        await UntilAsync(() => Connections > 0 || Failures.Count > 0);
    }

    private SmsEndpoint Create() => new(
        new EndpointContext
        {
            Id = new EndpointId("sms"), Logger = NullLogger.Instance, Clock = _clock, Random = new Random(1), State = Memory, Blobs = Blobs, Window = 100, Drops = Memory,
            Report = Told.Enqueue,
        },
        _options,
        _handler);

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
                Failures = [.. Failures, failure]; // read from other threads
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private sealed class Inbox(HostedSms owner) : IInbox
    {
        public void Connected() => owner.Connections++;

        public void Impaired(string? why)
        {
            owner.Impairments.Add(why);
            owner.Impairment = why;
        }

        public ValueTask AcceptAsync(InboundBatch batch) => new(owner.Memory.CommitAsync(batch));
    }
}
