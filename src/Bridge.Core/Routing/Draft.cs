using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>A decision in the making: the memory with the changes so far, and everything said so far. Lives for one <see cref="Router.Decide"/>.</summary>
internal sealed class Draft(RouteTable table, IMemory memory, DateTimeOffset now, TimeZoneInfo zone)
{
    /// <summary>Alert state (open and debounced keys) of one route.</summary>
    public const int KeyCap = 1_000;

    /// <summary>Everything else a route remembers per key: beyond it the rule works as if it had no memory, and the operator is warned.</summary>
    public const int MemoryCap = 10_000;

    private readonly List<RouteVerdict> _verdicts = [];
    private readonly List<PlannedDelivery> _deliveries = [];
    private readonly List<MemoryChange> _changes = [];

    // Made when first needed: most decisions change no memory.
    private Dictionary<MemoryKey, Remembered?>? _changed;
    private HashSet<(Address To, string Fingerprint)>? _said;
    private HashSet<string>? _atCap;

    public RouteTable Table { get; } = table;

    public DateTimeOffset Now { get; } = now;

    public TimeZoneInfo Zone { get; } = zone;

    public T? Find<T>(MemoryKey key)
        where T : Remembered =>
        (_changed is not null && _changed.TryGetValue(key, out var changed) ? changed : memory.Find(key)) as T;

    /// <summary>The portal whose conversation is at this address. No decision makes a conversation, so its own changes need not be looked at.</summary>
    public MemoryKey? PortalAt(Address near) => memory.PortalAt(near);

    public void Remember(MemoryKey key, Remembered value)
    {
        (_changed ??= [])[key] = value;
        _changes.Add(new MemoryChange(key, value));
    }

    public void Forget(MemoryKey key)
    {
        if (Find<Remembered>(key) is not null)
        {
            (_changed ??= [])[key] = null;
            _changes.Add(new MemoryChange(key, null));
        }
    }

    /// <summary>How many keys of that kind are remembered, for what works on without being remembered.</summary>
    public int Count(string route, string kind) => memory.Count(route, kind);

    /// <summary>True when a new key of that kind may be remembered. One decision adds few, so its own additions need not count.</summary>
    public bool HasRoom(string route, string kind, int cap)
    {
        if (memory.Count(route, kind) < cap)
        {
            return true;
        }

        (_atCap ??= new HashSet<string>(StringComparer.Ordinal)).Add(route);
        return false;
    }

    /// <param name="problem">See <see cref="RouteVerdict.Problem"/>.</param>
    /// <param name="unbuilt">See <see cref="RouteVerdict.Unbuilt"/>.</param>
    public void Say(string route, Verdict verdict, string because, IReadOnlyList<string>? notes = null, string? problem = null, int unbuilt = 0) =>
        _verdicts.Add(new RouteVerdict(route, verdict, because, notes is null or [] ? default : EquatableArray.From(notes)) { Problem = problem, Unbuilt = unbuilt });

    /// <summary>False when this event already owes the address the same.</summary>
    public bool MayTell(Address to, string fingerprint) => (_said ??= []).Add((to, fingerprint));

    public void Owe(PlannedDelivery delivery) => _deliveries.Add(delivery);

    public Decision ToDecision() => new(_verdicts, _deliveries, _changes) { AtCap = _atCap is null ? default : EquatableArray.From(_atCap) };
}
