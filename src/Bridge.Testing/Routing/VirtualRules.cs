using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Messages;
using Bridge.Core.Routing;

namespace Bridge.Testing.Routing;

/// <summary>
/// The rules with a virtual clock and a memory in the process, and no store: asks <see cref="Router.Decide"/>, keeps what it says to remember,
/// and wakes it when something is due. Deliveries succeed at once unless <see cref="Delivers"/> says otherwise.
/// </summary>
public sealed class VirtualRules
{
    private readonly MemoryTimers _timers = new();
    private RouteTable _table;

    public VirtualRules(params Rule[] rules)
        : this(RouteTable.Compile([.. rules.Select(rule => rule.Build())]))
    {
    }

    private VirtualRules(RouteTable table) => _table = table;

    public RulesMemory Memory { get; } = new();

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>What becomes of a delivery that holds a cooldown: true, false, or null for still pending.</summary>
    public bool? Delivers { get; set; } = true;

    /// <summary>The routes as a configuration has them.</summary>
    /// <param name="start">When the clock starts; null: a fixed time.</param>
    public static VirtualRules Of(IReadOnlyList<RouteConfig> routes, TimeZoneInfo zone, DateTimeOffset? start = null)
    {
        var rules = new VirtualRules(RouteTable.Compile(routes)) { Zone = zone };
        rules.Now = start ?? rules.Now;
        return rules;
    }

    public Decision Publish(string address, string payload, bool retained = false, int hops = 0) =>
        Arrive(Data(address, Encoding.UTF8.GetBytes(payload), retained) with { Hops = hops });

    public Decision Say(string address, string text) => Arrive(At(address, MessagePosted.Of(text)));

    public Decision Arrive(Inbound inbound) => Decide(new RoutingInput.Arrived(ArrivalOf(inbound)));

    public Decision Settle(PlannedDelivery delivery, bool delivered) =>
        Decide(new RoutingInput.Settled(delivery.Content.Route, delivery.Content.Hold!, delivered));

    /// <summary>Lets time pass; what became due says what it says.</summary>
    public IReadOnlyList<Decision> Advance(TimeSpan time)
    {
        var until = Now + time;
        var decisions = new List<Decision>();
        while (_timers.Next is { } next && next <= until)
        {
            Now = next > Now ? next : Now;
            while (_timers.TryTake(Now, Memory, out var key, out var value))
            {
                if (value.Forget <= Now)
                {
                    Memory.Set(key, null);
                }
                else
                {
                    decisions.Add(Decide(new RoutingInput.TimerDue(key)));
                }
            }
        }

        Now = until;
        return decisions;
    }

    public void Reload(params Rule[] rules) =>
        _table = RouteTable.Compile([.. rules.Select(rule => rule.Build())], _table.Generation + 1, Memory.OpenRules());

    public Explanation Explain(string address, string payload) =>
        Explanation.Of(_table, ArrivalOf(Data(address, Encoding.UTF8.GetBytes(payload), retained: false)), Memory, Now, Zone);

    public static Inbound Data(string address, byte[] payload, bool retained = false) =>
        At(address, new DataReported(new Payload(payload), Retained: retained));

    public static Inbound At(string address, BridgeEvent content) =>
        Address.TryParse(address, out var at) ? new Inbound { Address = at, Event = content } : throw new ArgumentException("no address", nameof(address));

    private Arrival ArrivalOf(Inbound inbound) => new(new EventId(Guid.CreateVersion7(Now)), inbound, Now, Origin.Network);

    private Decision Decide(RoutingInput input)
    {
        var decision = Router.Decide(_table, input, Memory, Now, Zone);
        foreach (var change in decision.Memory)
        {
            Memory.Set(change.Key, change.Value);
            _timers.Schedule(change.Key, change.Value);
        }

        if (Delivers is { } delivered)
        {
            foreach (var held in decision.Deliveries.Where(delivery => delivery.Content.Hold is not null))
            {
                Settle(held, delivered);
            }
        }

        return decision;
    }
}

/// <summary>Short ways to look at a decision.</summary>
public static class Decisions
{
    /// <summary>The texts that are owed, in order.</summary>
    public static IReadOnlyList<string> Texts(this Decision decision) => [.. decision.Deliveries.Select(delivery => Text(delivery.Content.Content))];

    public static IReadOnlyList<string> Texts(this IEnumerable<Decision> decisions) => [.. decisions.SelectMany(Texts)];

    /// <summary>The addresses that are owed something, in order.</summary>
    public static IReadOnlyList<string> Addresses(this Decision decision) => [.. decision.Deliveries.Select(delivery => delivery.Content.To.Full)];

    /// <summary>What the only route that listens said.</summary>
    public static Verdict Verdict(this Decision decision) => decision.Routes.Single().Verdict;

    public static string Because(this Decision decision) => decision.Routes.Single().Because;

    private static string Text(BridgeEvent? content) => content switch
    {
        null => "(forward)",
        MessagePosted posted => string.Concat(posted.Parts.OfType<TextPart>().Select(part => part.Text.Value)),
        DataReported data => Encoding.UTF8.GetString(data.Payload.Bytes.Span),
        _ => content.GetType().Name,
    };
}
