using Bridge.Bench.Load;
using Bridge.Bench.Peers;

namespace Bridge.Bench.Speed;

/// <summary>Who is compared with whom, and at what.</summary>
/// <param name="Peers">By name: each starts between a broker's port and the destination's, with its files in a folder.</param>
/// <param name="Destination">Where everything arrives.</param>
/// <param name="Against">Whom Bridge is compared with.</param>
/// <param name="Bars">What is asked of Bridge, beside that peer.</param>
internal sealed record Contest(
    IReadOnlyDictionary<string, Func<string, int, int, Task<Child>>> Peers,
    Func<string, Ledger, IDestination> Destination,
    string Against,
    Func<Figures, Figures, Bar[]> Bars)
{
    public const string Bridge = "bridge";
}
