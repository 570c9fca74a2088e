using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using EventId = Bridge.Abstractions.EventId;

namespace Bridge.Core.Tests.Delivery;

/// <summary>A delivery engine over a store in memory, on virtual time, with one fake endpoint <c>net</c>. Plays the decision loop's part.</summary>
internal sealed class DeliveryRig : IAsyncDisposable, ISettlement
{
    public static readonly EndpointId Net = new("net");

    private readonly KeyRing _keys;
    private readonly HashSet<EventId> _events = [];
    private long _sequence;
    private long _delivery;

    /// <param name="endpoint">The endpoint <c>net</c>.</param>
    /// <param name="limits">Its limits.</param>
    /// <param name="clock">What delivery sees; null: the rig's own clock.</param>
    /// <param name="log">For tests that read it.</param>
    /// <param name="moves">The rig's own clock, when <paramref name="clock"/> goes with it.</param>
    public DeliveryRig(
        FakeEndpoint? endpoint = null, EndpointLimits? limits = null, TimeProvider? clock = null, ILogger<Telemetry>? log = null, ManualClock? moves = null)
    {
        Clock = moves ?? new ManualClock();
        Endpoint = endpoint ?? new FakeEndpoint();
        Time = clock ?? Clock;
        _keys = MemoryKeyStore.NewKeyRing(KeyStore);
        Sealer = new Sealer(_keys);
        Directory = new FakeDirectory(Time);
        Directory.Add(Net, Endpoint, limits);
        Directory.Connect(Net);
        Telemetry = new Telemetry(log ?? NullLogger<Telemetry>.Instance);
        Writer = new StoreWriter(Store, Telemetry, Time);
        Engine = NewEngine();
    }

    public ManualClock Clock { get; }

    public TimeProvider Time { get; }

    public MemoryStore Store { get; } = new();

    public MemoryKeyStore KeyStore { get; } = new();

    public FakeEndpoint Endpoint { get; }

    public FakeDirectory Directory { get; }

    public Sealer Sealer { get; }

    public KeyRing Keys => _keys;

    public Telemetry Telemetry { get; }

    public StoreWriter Writer { get; }

    public DeliveryEngine Engine { get; private set; }

    public OptOuts OptOuts { get; } = new();

    public List<Settlement> Settlements { get; } = [];

    public ConcurrentQueue<NativeClaim> Claims { get; } = new();

    public IEnumerable<string> SentTexts => Endpoint.Sent.Select(TextOf);

    public static string TextOf(Outbound outbound) => outbound.Content switch
    {
        MessagePosted { Parts: [TextPart text] } => text.Text.Value,
        MessageEdited edited => $"edit {edited.Target.Value}: {edited.Text.Value}",
        MessageDeleted deleted => $"delete {deleted.Target.Value}",
        ReactionChanged reaction => $"react {reaction.Target.Value}: {reaction.Reaction.Value}",
        _ => outbound.Content.GetType().Name,
    };

    public void Claimed(IReadOnlyList<NativeClaim> claims)
    {
        foreach (var claim in claims)
        {
            Claims.Enqueue(claim);
        }
    }

    public async Task StartAsync()
    {
        await Engine.StartAsync(CancellationToken.None);
        await SettleAsync();
    }

    /// <summary>The process dies and comes back: what it knew is forgotten, what the store has is there.</summary>
    public async Task RestartAsync()
    {
        Engine.Abandon();
        Engine = NewEngine();
        await StartAsync();
    }

    public ValueTask SettledAsync(Settlement settlement)
    {
        lock (Settlements)
        {
            if (settlement.Doubt is null)
            {
                Settlements.Add(settlement);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A rule owes a text.</summary>
    public Task<DeliveryId> OwesAsync(string text, string to = "room", Func<DeliveryContent, DeliveryContent>? with = null, bool critical = false) =>
        CommitAsync(
            Arrived(new DataReported(Payload.FromText("x"))), content => (with ?? (c => c))(content with { Content = MessagePosted.Of(text) }), to, critical);

    /// <summary>An event that happened on the other side is forwarded.</summary>
    public Task<DeliveryId> ForwardsAsync(
        BridgeEvent what, NativeId? nativeId = null, string to = "room", Func<DeliveryContent, DeliveryContent>? with = null, NativeId? replyTo = null) =>
        CommitAsync(Arrived(what, nativeId, replyTo), with ?? (c => c), to, critical: false);

    public Arrival Arrived(BridgeEvent what, NativeId? nativeId = null, NativeId? replyTo = null) => new(
        EventId.New(Time),
        new Inbound { Address = new Address(new EndpointId("far"), "chat"), Event = what, NativeId = nativeId, ReplyTo = replyTo },
        Time.GetUtcNow(),
        Origin.Network);

    public async Task<DeliveryId> CommitAsync(Arrival arrival, Func<DeliveryContent, DeliveryContent> with, string to, bool critical)
    {
        var queued = Make(arrival, with, to, critical, out var changes);
        await Writer.WriteAsync(changes);
        Engine.Enqueue([queued]);
        return queued.Row.Id;
    }

    public QueuedDelivery Make(Arrival arrival, Func<DeliveryContent, DeliveryContent> with, string to, bool critical, out List<StoreChange> changes)
    {
        var now = Time.GetUtcNow();
        var address = new Address(Net, to);
        var content = with(new DeliveryContent
        {
            To = address,
            Route = "rule",
            RetryUntil = now + TimeSpan.FromDays(1),
            Source = arrival.Inbound.Address,
            OccurredAt = now,
        });
        var id = new DeliveryId(++_delivery);
        var lane = new LaneId(Net, Sealer.Index("address", address.Full), critical);
        var scope = EpochScope.Data(Net, now);
        var row = new DeliveryRow(
            id, arrival.Id, lane, DeliveryState.Pending, 0, now, null, Sealer.Seal(RecordKind.Content, RecordId.Of(id), scope, SealedJson.Write(content)), null);
        var body = Sealer.Seal(RecordKind.Event, RecordId.Of(arrival.Id), scope, SealedJson.Write(arrival));
        var source = arrival.Inbound.Address;
        changes = [new StoreChange.AddDelivery(row)];
        if (_events.Add(arrival.Id))
        {
            changes.Add(new StoreChange.AddEvent(new EnvelopeRow(
                ++_sequence, arrival.Id, "data", source.Endpoint, Sealer.Index("address", source.Full), now, body.Length, body, [])));
        }

        if (arrival.Inbound.NativeId is { } native)
        {
            changes.Add(new StoreChange.ClaimNative(new NativeClaim(NativeIndex.Of(Sealer, source, native), arrival.Id, null, 0)));
        }

        return new QueuedDelivery(row, content, arrival);
    }

    public void Connect()
    {
        Directory.Connect(Net);
        Engine.EndpointChanged(Net);
    }

    public void Disconnect()
    {
        Directory.Disconnect(Net);
        Engine.EndpointChanged(Net);
    }

    /// <summary>Lets time pass from one timer to the next, everything settling in between.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var end = Clock.GetUtcNow() + time;
        await SettleAsync();
        while (Clock.GetUtcNow() < end)
        {
            var next = Clock.NextDue is { } due && due < end ? due : end;
            Clock.Advance(next > Clock.GetUtcNow() ? next - Clock.GetUtcNow() : TimeSpan.Zero);
            await SettleAsync();
        }
    }

    /// <summary>Waits until the engine has nothing to do.</summary>
    public Task SettleAsync() => UntilAsync(() => IsQuiet(Engine, Clock));

    /// <summary>Looked at twice: what just ended may have set a timer to fire at once.</summary>
    public static bool IsQuiet(DeliveryEngine engine, ManualClock clock) => !clock.IsFiring && engine.Quiet && !clock.IsFiring && engine.Quiet;

    public static async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var tries = 0; !condition(); tries++)
        {
            if (tries < 20)
            {
                await Task.Yield();
                continue;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), "waited too long");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }
    }

    public async Task<DeliveryRow> RowAsync(DeliveryId id)
    {
        // Results of harmless networks wait up to 50 ms for company.
        await PassAsync(TimeSpan.FromMilliseconds(50));
        return (await Store.FindDeliveryAsync(id, CancellationToken.None))!;
    }

    public async Task<DeliveryState> StateAsync(DeliveryId id) => (await RowAsync(id)).State;

    public async Task<DeliveryProgress> ProgressAsync(DeliveryId id)
    {
        var row = await RowAsync(id);
        return row.Progress is null
            ? new DeliveryProgress()
            : SealedJson.Read<DeliveryProgress>(Sealer.Open(RecordKind.Progress, RecordId.Of(id), row.Progress));
    }

    public long Counted(string name) => Telemetry.Totals.Where(total => total.Key.Name == name).Sum(total => total.Value);

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Telemetry.Dispose();
        _keys.Dispose();
    }

    private DeliveryEngine NewEngine() => new(Store, Writer, Sealer, Directory, this, Telemetry, Time, new Random(7), optOuts: OptOuts);
}
