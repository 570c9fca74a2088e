using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;
using Bridge.Core.Tests.Delivery;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Routing;
using Bridge.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Core.Tests.Links;

/// <summary>Deciding and delivering together over a store in memory, on virtual time, between three fake networks: <c>near</c>, <c>far</c> and <c>third</c>.</summary>
internal sealed class LinkRig : IAsyncDisposable
{
    private readonly KeyRing _keys = MemoryKeyStore.NewKeyRing();
    private readonly Sealer _sealer;
    private Rules _rules;

    private LinkRig(Rules rules)
    {
        _rules = rules;
        _sealer = new Sealer(_keys);
        Directory = new FakeDirectory(Clock);
        foreach (var endpoint in (RoomEndpoint[])[Near, Far, Third])
        {
            Directory.Add(IdOf(endpoint), endpoint);
            Directory.Connect(IdOf(endpoint));
        }
    }

    public ManualClock Clock { get; } = new();

    public MemoryStore Store { get; } = new();

    public RoomEndpoint Near { get; } = new(new EndpointId("near"));

    public RoomEndpoint Far { get; } = new(new EndpointId("far"));

    public RoomEndpoint Third { get; } = new(new EndpointId("third"));

    public FakeDirectory Directory { get; }

    public Telemetry Telemetry { get; } = new(NullLogger<Telemetry>.Instance);

    public DecisionLoop Loop { get; private set; } = null!;

    public DeliveryEngine Engine { get; private set; } = null!;

    public StoreWriter Writer { get; private set; } = null!;

    private Intake Intake { get; set; } = null!;

    public static Task<LinkRig> StartAsync(params Linked[] links) => StartAsync(new Rules { Links = [.. links.Select(link => link.Build())] });

    public static async Task<LinkRig> StartAsync(Rules rules)
    {
        var rig = new LinkRig(rules);
        await rig.StartDaemonAsync();
        return rig;
    }

    /// <summary>The process dies and comes back: what it knew is forgotten, what the store has is there.</summary>
    public async Task CrashAsync(Rules? rules = null)
    {
        Engine.Abandon();
        await Loop.DisposeAsync();
        await Writer.DisposeAsync();
        _rules = rules ?? _rules;
        await StartDaemonAsync();
    }

    /// <summary>Somebody says something, and everything settles.</summary>
    public Task<EventId> SaysAsync(string at, string text, string? id = null, string sender = "@anna", Func<Inbound, Inbound>? with = null) =>
        HappensAsync(at, MessagePosted.Of(text), id, sender, with);

    public async Task<EventId> HappensAsync(string at, BridgeEvent what, string? id = null, string sender = "@anna", Func<Inbound, Inbound>? with = null) =>
        (await HappenAsync((with ?? (same => same))(At(at, what, id, sender))))[0];

    /// <summary>All at once.</summary>
    public async Task<IReadOnlyList<EventId>> HappenAsync(params Inbound[] what)
    {
        var ids = await Intake.AcceptAsync(what[0].Address.Endpoint, new InboundBatch(what, []), Origin.Network);
        await SettleAsync();
        return ids;
    }

    /// <summary>Something arrives; nobody waits for what becomes of it. False: it was not stored, and the network is to say it again.</summary>
    public async Task<bool> ArrivesAsync(Inbound inbound)
    {
        try
        {
            await Intake.AcceptAsync(inbound.Address.Endpoint, InboundBatch.Of(inbound), Origin.Network);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    public static Inbound At(string at, BridgeEvent what, string? id = null, string sender = "@anna") => new()
    {
        Address = Address.TryParse(at, out var address) ? address : throw new ArgumentException("no address", nameof(at)),
        Event = what,
        NativeId = id is null ? null : new NativeId(id),
        Sender = new Sender(sender, sender.TrimStart('@')),
    };

    /// <summary>A person changes something at run time, and everything settles.</summary>
    public async Task<SteerAnswer> SteerAsync(Steer steer)
    {
        var answer = await Loop.SteerAsync(steer);
        await SettleAsync();
        return answer;
    }

    public static Address Place(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException("no address", nameof(text));

    /// <summary>Everything is decided, handed over and recorded.</summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 3; round++)
        {
            await DeliveryRig.UntilAsync(() => DeliveryRig.IsQuiet(Engine, Clock));
            Clock.Advance(TimeSpan.FromMilliseconds(50)); // results may wait that long for company
            await DeliveryRig.UntilAsync(() => DeliveryRig.IsQuiet(Engine, Clock));
            await Loop.AnsweredAsync();
        }
    }

    public async Task PassAsync(TimeSpan time)
    {
        var end = Clock.GetUtcNow() + time;
        while (Clock.GetUtcNow() < end)
        {
            Clock.Advance(Clock.NextDue is { } due && due < end && due > Clock.GetUtcNow() ? due - Clock.GetUtcNow() : end - Clock.GetUtcNow());
            await DeliveryRig.UntilAsync(() => DeliveryRig.IsQuiet(Engine, Clock));
            await Loop.AnsweredAsync();
        }

        await SettleAsync();
    }

    public Decision DecisionOf(EventId id) =>
        SealedJson.Read<Decision>(_sealer.Open(RecordKind.Decision, RecordId.Of(id), Store.Events.Single(row => row.Id == id).Decision));

    public void Connect(RoomEndpoint endpoint)
    {
        Directory.Connect(IdOf(endpoint));
        Engine.EndpointChanged(IdOf(endpoint));
    }

    public void Disconnect(RoomEndpoint endpoint)
    {
        Directory.Disconnect(IdOf(endpoint));
        Engine.EndpointChanged(IdOf(endpoint));
    }

    /// <summary>What an endpoint was given, in words, with the room it was for.</summary>
    public static IEnumerable<string> Words(FakeEndpoint endpoint) => endpoint.Sent.Select(sent => $"{sent.To.Rest} {WordsOf(sent)}");

    private static string WordsOf(Outbound outbound) => outbound.Content switch
    {
        OutcomeTold told => $"{told.Outcome} {told.Target.Value}: {told.Why}",
        ConversationAnswered answered => $"answer {answered.With.Full}: {answered.At?.Full ?? answered.Why?.Value ?? "nothing"}",
        ReceiptReported receipt => $"read {receipt.UpTo.Value}",
        ReactionChanged { Removed: true } gone => $"unreact {gone.Target.Value}: {gone.Reaction.Value} ({string.Join(',', outbound.Earlier.Select(id => id.Value))})",
        MessagePosted when outbound.ReplyTo is { } reply => $"{DeliveryRig.TextOf(outbound)} (to {reply.Value})",
        _ => DeliveryRig.TextOf(outbound),
    };

    public async ValueTask DisposeAsync()
    {
        Engine.Abandon();
        await Loop.DisposeAsync();
        await Writer.DisposeAsync();
        Telemetry.Dispose();
        _keys.Dispose();
    }

    private EndpointId IdOf(RoomEndpoint endpoint) => new(endpoint == Near ? "near" : endpoint == Far ? "far" : "third");

    private async Task StartDaemonAsync()
    {
        Writer = new StoreWriter(Store, Telemetry, Clock);
        DeliveryEngine? engine = null;
        HistoryReader? history = null;
        var ports = new DecisionPorts(Store, Writer, _sealer, owed => engine!.Enqueue(owed), report => engine!.ReportedAsync(report))
        {
            Passed = (content, arrival) => engine!.Pass(content, arrival),
            HistoryWanted = wanted => history!.Read(wanted),
            CapabilitiesOf = address => Directory.Find(address.Endpoint)?.CapabilitiesOf(address),
        };
        Loop = new DecisionLoop(ports, Telemetry, Clock);
        history = new HistoryReader(Directory, Loop, Telemetry, Clock);
        Engine = engine = new DeliveryEngine(Store, Writer, _sealer, Directory, Loop, Telemetry, Clock, new Random(7), Loop, Loop.OptOuts);
        Intake = new Intake(Loop, Clock);
        await Loop.StartAsync(_rules, TimeZoneInfo.Utc, 1, CancellationToken.None);
        await Engine.StartAsync(CancellationToken.None);
        Loop.StartTimers();
        await SettleAsync();
    }
}
