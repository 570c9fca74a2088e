using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;

namespace Bridge.Core.Sync;

/// <summary>What begins with history: that is brought over before anything else is said there.</summary>
/// <param name="Held">How many events wait behind it.</param>
/// <param name="Due">When they wait no longer; null: they do not wait.</param>
public abstract record Beginning(int Held, DateTimeOffset? Due) : Remembered(Due, null)
{
    // A network that does not answer holds up the first words of a conversation no longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    public static DateTimeOffset DueAfter(DateTimeOffset now) => now + s_patience;

    /// <summary>The place of an event that waits.</summary>
    /// <param name="at">Where this itself is remembered.</param>
    public MemoryKey HeldKey(MemoryKey at, int number) => new(at.Route, MemoryKinds.History, $"{HeldName(at)}/{number}");

    protected abstract string HeldName(MemoryKey at);
}

/// <summary>
/// A link between fixed addresses that wants what was said before it; remembered per link, keyed by its addresses. It stays when that was brought over, so that
/// it is not again, and is forgotten when it could not be, so that the next start asks again.
/// </summary>
public sealed record Begun(int Held = 0, DateTimeOffset? Due = null) : Beginning(Held, Due)
{
    /// <summary>Other addresses are another conversation.</summary>
    public static MemoryKey KeyOf(LinkConfig link) =>
        new(link.Id, MemoryKinds.Begun, string.Join('\n', link.Between.Select(side => side.Address.Full).Order(StringComparer.Ordinal)));

    protected override string HeldName(MemoryKey at) => at.Key;
}

/// <summary>History that is wanted before anything else is said.</summary>
/// <param name="By">The portal or link, as it is remembered.</param>
/// <param name="From">Where the history is.</param>
/// <param name="Most">How many messages of each.</param>
/// <param name="Until">It is waited for no longer than this.</param>
public sealed record HistoryWanted(MemoryKey By, EquatableArray<Address> From, int Most, DateTimeOffset Until);

/// <summary>History that was read.</summary>
/// <param name="Said">Oldest first.</param>
/// <param name="IsWhole">False when some network did not answer.</param>
public sealed record HistoryFound(IReadOnlyList<Inbound> Said, bool IsWhole)
{
    public static HistoryFound Nothing { get; } = new([], IsWhole: false);
}
