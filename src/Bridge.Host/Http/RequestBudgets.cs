using System.Net;

namespace Bridge.Host.Http;

/// <summary>
/// A budget for every address, so that one stranger's flood costs the others nothing: what comes from this machine has its own, and never shares a
/// stranger's. Of so many addresses at once a budget is kept; those beyond share one.
/// </summary>
internal sealed class RequestBudgets(TimeProvider clock)
{
    private const int MostAddresses = 1_000;
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, RequestBudget> _strangers = [];
    private readonly RequestBudget _here = New(clock);
    private readonly RequestBudget _proxied = New(clock);
    private readonly RequestBudget _beyond = New(clock);
    private long _swept = clock.GetTimestamp();

    /// <param name="from">Null: not known.</param>
    /// <param name="proxied">It came under the public name: from anybody, though from a loopback address.</param>
    public bool TryTake(IPAddress? from, bool proxied) =>
        (from is null ? _beyond : !IPAddress.IsLoopback(from) ? Of(Remote.NetworkOf(from)) : proxied ? _proxied : _here).TryTake();

    /// <summary>That of a network of strangers.</summary>
    public RequestBudget Of(IPAddress network)
    {
        lock (_lock)
        {
            if (_strangers.TryGetValue(network, out var known))
            {
                return known;
            }

            if (_strangers.Count >= MostAddresses)
            {
                Sweep();
            }

            return _strangers.Count >= MostAddresses ? _beyond : _strangers[network] = New(clock);
        }
    }

    // Who has the whole budget again is as good as new.
    private void Sweep()
    {
        if (clock.GetElapsedTime(_swept) < s_sweepEvery)
        {
            return;
        }

        _swept = clock.GetTimestamp();
        foreach (var (network, budget) in _strangers)
        {
            if (budget.IsWhole)
            {
                _strangers.Remove(network);
            }
        }
    }

    private static RequestBudget New(TimeProvider clock) => new(burst: 100, perSecond: 20, clock);
}
