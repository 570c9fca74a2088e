using System.Collections.Concurrent;
using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Routing;
using Bridge.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Core.Tests.Messages;

/// <summary>A decision loop over a store in memory, on virtual time; keeps what it hands over for delivery.</summary>
internal sealed class LoopRig : IAsyncDisposable
{
    public static readonly EndpointId Home = new("home");

    private readonly KeyRing _keys = MemoryKeyStore.NewKeyRing();
    private Rule[] _rules;
    private StoreWriter? _writer;

    private LoopRig(Rule[] rules)
    {
        _rules = rules;
        Gate = new GatedStore(Store);
        Sealer = new Sealer(_keys);
    }

    public ManualClock Clock { get; } = new();

    public MemoryStore Store { get; } = new();

    public GatedStore Gate { get; }

    public Sealer Sealer { get; }

    public Telemetry Telemetry { get; } = new(NullLogger<Telemetry>.Instance);

    public ConcurrentQueue<QueuedDelivery> Owed { get; } = new();

    public ConcurrentQueue<DeliveryReported> Reports { get; } = new();

    public DecisionLoop Loop { get; private set; } = null!;

    public Intake Intake { get; private set; } = null!;

    public IEnumerable<string> Texts => Owed.Select(owed => TextOf(owed.Content!.Content));

    public static async Task<LoopRig> StartAsync(params Rule[] rules)
    {
        var rig = new LoopRig(rules);
        await rig.StartLoopAsync();
        return rig;
    }

    /// <summary>As after a crash: only the store is left.</summary>
    /// <param name="rules">Other rules than before; none for the same.</param>
    public async Task RestartAsync(params Rule[] rules)
    {
        await StopAsync();
        _rules = rules.Length > 0 ? rules : _rules;
        await StartLoopAsync();
    }

    /// <summary>A restart at which delivery is not ready yet.</summary>
    public async Task RestartWithoutTimersAsync()
    {
        await StopAsync();
        await StartLoopAsync(timers: false);
    }

    public Task<IReadOnlyList<EventId>> PublishAsync(string topic, string payload, bool retained = false) =>
        AcceptAsync(new Inbound
        {
            Address = new Address(Home, topic), Event = new DataReported(Payload.FromText(payload), Retained: retained),
        });

    public Task<IReadOnlyList<EventId>> SayAsync(string room, string text, string? id = null, Task? elder = null) =>
        AcceptAsync(new Inbound
        {
            Address = new Address(Home, room), Event = MessagePosted.Of(text), NativeId = id is null ? null : new NativeId(id),
        }, elder: elder);

    public Task<IReadOnlyList<EventId>> AcceptAsync(Inbound inbound, Origin origin = Origin.Network, Task? elder = null) =>
        Intake.AcceptAsync(Home, InboundBatch.Of(inbound), origin, elder);

    public Decision DecisionOf(EventId id)
    {
        var row = Store.Events.Single(row => row.Id == id);
        return SealedJson.Read<Decision>(Sealer.Open(RecordKind.Decision, RecordId.Of(id), row.Decision));
    }

    public Arrival ArrivalOf(EnvelopeRow row) => SealedJson.Read<Arrival>(Sealer.Open(RecordKind.Event, RecordId.Of(row.Id), row.Body));

    /// <summary>Moves the clock, and waits until what that makes due has been said.</summary>
    public async Task AdvanceUntilAsync(TimeSpan by, Func<bool> condition)
    {
        Clock.Advance(by);
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 2_000, "it did not happen within ten seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Telemetry.Dispose();
    }

    public static string TextOf(BridgeEvent? content) => content switch
    {
        MessagePosted { Parts: [TextPart text] } => text.Text.Value,
        DataReported data => Encoding.UTF8.GetString(data.Payload.Bytes.Span),
        _ => "(forward)",
    };

    private async Task StartLoopAsync(bool timers = true)
    {
        _writer = new StoreWriter(Gate, Telemetry, Clock);
        var ports = new DecisionPorts(Gate, _writer, Sealer, Hand, Report);
        Loop = new DecisionLoop(ports, Telemetry, Clock);
        Intake = new Intake(Loop, Clock);
        await Loop.StartAsync(new Rules { Routes = [.. _rules.Select(rule => rule.Build())] }, TimeZoneInfo.Utc, 1, CancellationToken.None);
        if (timers)
        {
            Loop.StartTimers();
        }
    }

    private async Task StopAsync()
    {
        await Loop.DisposeAsync();
        await _writer!.DisposeAsync();
    }

    private void Hand(IReadOnlyList<QueuedDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            Owed.Enqueue(delivery);
        }
    }

    private Task Report(DeliveryReported report)
    {
        Reports.Enqueue(report);
        return Task.CompletedTask;
    }
}
