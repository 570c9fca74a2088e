using System.Net;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugins.Tests.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>The embedded broker on a free port, made by the plugin as the host makes it, over a memory that outlives it.</summary>
internal sealed class RunningBroker : IAsyncDisposable, IInbox
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IEndpoint _endpoint;
    private readonly Task _running;

    private RunningBroker(EmbeddedOptions options, HostMemory memory, IReadOnlyList<string> interests, Microsoft.Extensions.Logging.ILogger? logger)
    {
        Memory = memory;
        IPlugin plugin = new MqttPlugin();
        var all = new MqttOptions { Embedded = options };
        Assert.Empty(plugin.Check(all));
        var context = new EndpointContext
        {
            Id = new EndpointId("home"),
            Logger = logger ?? NullLogger.Instance,
            Clock = Clock,
            Random = new Random(1),
            State = memory,
            Window = 1000,
            Drops = memory,
            Report = Reported.Add,
            Interests = interests,
        };
        _endpoint = plugin.Create(context, all);
        _running = _endpoint.RunAsync(this, _stopping.Token);
    }

    public HostMemory Memory { get; }

    public ShiftedClock Clock { get; } = new();

    public List<string> Reported { get; } = [];

    public int Port => IPEndPoint.Parse(Reported[0]["listening on ".Length..]).Port;

    /// <summary>Of the listener of this scheme.</summary>
    public int PortOf(string scheme) => scheme == "mqtt" ? Port
        : IPEndPoint.Parse(Reported.Single(fact => fact.EndsWith($"({scheme})", StringComparison.Ordinal)).Split(' ')[2]).Port;

    /// <summary>Ends when the broker does.</summary>
    public Task Running => _running;

    public IReadOnlyList<string> Texts => Memory.Snapshot(events => events.Select(TextOf).ToList());

    public static async Task<RunningBroker> StartAsync(EmbeddedOptions? options = null, HostMemory? memory = null, params string[] interests)
    {
        var broker = await RunAsync((options ?? new EmbeddedOptions()) with { Listen = ["127.0.0.1:0"] }, memory, interests);
        if (broker._running.IsCompleted)
        {
            await broker._running;
        }

        return broker;
    }

    /// <summary>Until it listens or has failed, which <see cref="Running"/> says.</summary>
    public static async Task<RunningBroker> RunAsync(
        EmbeddedOptions options, HostMemory? memory = null, IReadOnlyList<string>? interests = null, Microsoft.Extensions.Logging.ILogger? logger = null)
    {
        var broker = new RunningBroker(options, memory ?? new HostMemory(), interests ?? [], logger);
        await Task.WhenAny(broker._connected.Task, broker._running).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        return broker;
    }

    public static string TextOf(Inbound inbound) => Encoding.UTF8.GetString(((DataReported)inbound.Event).Payload.Bytes.Span);

    public static Outbound Data(string topic, string text, params Property[] options) => new()
    {
        Key = new DeliveryKey("key"),
        Event = EventId.New(TimeProvider.System),
        To = new Address(new EndpointId("home"), topic),
        Content = new DataReported(Payload.FromText(text)),
        OccurredAt = DateTimeOffset.UnixEpoch,
        Hops = 1,
        Options = [.. options],
    };

    public Task<SendResult> Send(Outbound outbound) => SendAsync(outbound, TestContext.Current.CancellationToken);

    public Task<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) => _endpoint.SendAsync(outbound, cancellationToken).AsTask();

    public Task<SendResult> Send(string topic, string text, params Property[] options) => Send(Data(topic, text, options));

    /// <summary>As a reload does.</summary>
    public bool TryAdapt(EmbeddedOptions options, params string[] interests) =>
        ((IAdapt)_endpoint).TryAdapt(new MqttOptions { Embedded = options }, interests);

    /// <summary>What a process killed now would leave behind.</summary>
    public HostMemory Survivor() => new() { State = Memory.State };

    public async Task UntilAsync(Func<HostMemory, bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var changed = Memory.Changed;
            if (condition(Memory))
            {
                return;
            }

            try
            {
                // Drops and clocks change without a commit: look again soon.
                await Task.WhenAny(changed, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token));
                patience.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException problem)
            {
                throw new TimeoutException($"Not {what}; dropped: {string.Join(", ", Memory.Dropped)}", problem);
            }
        }
    }

    public Task ReceivedAsync(int count) => UntilAsync(memory => memory.Snapshot(events => events.Count) >= count, $"{count} events");

    public Task DroppedAsync(string reason, int count = 1) =>
        UntilAsync(memory => memory.Dropped.Where(drop => drop.Key.Contains(reason, StringComparison.Ordinal)).Sum(drop => drop.Value) >= count, reason);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(_running.IsCompleted, "RunAsync must return within 5 s of stopping");
        await _endpoint.DisposeAsync();
        _stopping.Dispose();
    }

    void IInbox.Connected() => _connected.TrySetResult();

    ValueTask IInbox.AcceptAsync(InboundBatch batch) => new(Memory.CommitAsync(batch));
}
