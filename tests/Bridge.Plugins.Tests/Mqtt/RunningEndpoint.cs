using System.Collections.Immutable;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>An MQTT endpoint with a host around it: runs it again when it fails, keeps what it accepts, commits its state.</summary>
internal sealed class RunningEndpoint : IAsyncDisposable
{
    private static int s_keys;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly IEndpoint _endpoint;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningEndpoint(MqttOptions options, IReadOnlyList<string> interests, HostMemory? memory = null, int window = 1000, string name = "home", TimeProvider? clock = null)
    {
        Memory = memory ?? new HostMemory();
        IPlugin plugin = new MqttPlugin();
        Assert.Empty(plugin.Check(options));
        _endpoint = plugin.Create(
            new EndpointContext
            {
                Id = new EndpointId(name),
                Logger = NullLogger.Instance,
                Clock = clock ?? TimeProvider.System,
                Random = new Random(1),
                State = Memory,
                Window = window,
                Drops = Memory,
                Report = _ => { },
                Interests = interests,
            },
            options);
        _running = RunAgainAndAgainAsync();
    }

    public HostMemory Memory { get; }

    /// <summary>Why runs have ended, in order.</summary>
    public ImmutableList<Exception> Failures { get; private set; } = [];

    public int Connections { get; private set; }

    public bool Connected { get; private set; }

    public IReadOnlyList<string> Texts => Memory.Snapshot(events => events.Select(TextOf).ToList());

    public EndpointCapabilities Capabilities => _endpoint.CapabilitiesOf(To("x"));

    public static string TextOf(Inbound inbound) => Encoding.UTF8.GetString(((DataReported)inbound.Event).Payload.Bytes.Span);

    public static Address To(string topic) => new(new EndpointId("home"), topic);

    public static Outbound Data(string topic, string text, string? qos = null, bool retain = false) => new()
    {
        Key = new DeliveryKey($"key-{Interlocked.Increment(ref s_keys)}"),
        Event = EventId.New(TimeProvider.System),
        To = To(topic),
        Content = new DataReported(Payload.FromText(text)),
        OccurredAt = DateTimeOffset.UnixEpoch,
        Options = [.. qos is null ? [] : (Property[])[new("qos", qos)], .. retain ? (Property[])[new("retain", "true")] : []],
    };

    /// <summary>Until the test ends.</summary>
    public Task<SendResult> Send(Outbound outbound) => SendAsync(outbound, TestContext.Current.CancellationToken);

    public Task<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) => _endpoint.SendAsync(outbound, cancellationToken).AsTask();

    /// <summary>Waits for a condition over this endpoint, looked at whenever something happens to it.</summary>
    public async Task UntilAsync(Func<RunningEndpoint, bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            var (mine, memorys) = (Volatile.Read(ref _changed).Task, Memory.Changed);
            if (condition(this))
            {
                return;
            }

            try
            {
                await Task.WhenAny(mine, memorys).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException problem)
            {
                var failures = string.Join("; ", Failures.Select(failure => failure.Message));
                throw new TimeoutException($"Not {what}: {Memory.Snapshot(events => events.Count)} events, {Connections} connections, failures: {failures}", problem);
            }
        }
    }

    public Task ConnectedAsync(int times = 1) => UntilAsync(endpoint => endpoint.Connections >= times && endpoint.Connected, "connected");

    public Task ReceivedAsync(int count) => UntilAsync(endpoint => endpoint.Memory.Snapshot(events => events.Count) >= count, $"{count} events");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(6));
        await _endpoint.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task RunAgainAndAgainAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _endpoint.RunAsync(new Inbox(this), _stopping.Token);
            }
            catch (Exception problem)
            {
                Connected = false;
                Failures = Failures.Add(problem);
                Change();
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private void Change() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private sealed class Inbox(RunningEndpoint owner) : IInbox
    {
        public void Connected()
        {
            owner.Connections++;
            owner.Connected = true;
            owner.Change();
        }

        public ValueTask AcceptAsync(InboundBatch batch) => new(owner.Memory.CommitAsync(batch));
    }
}
