using System.Net;

namespace Bridge.Host.Http;

/// <summary>
/// How many requests an endpoint answers at once. A stranger who sends slowly holds a place for long: so one address gets a few, and some are left for this
/// machine.
/// </summary>
internal sealed class Places
{
    private const int All = 32;
    private const int Strangers = 24;
    private const int Each = 8;
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _strangers = [];
    private int _taken;

    /// <summary>To be disposed of when the request is answered; null when there is none.</summary>
    public IDisposable? TryTake(IPAddress address)
    {
        var from = Remote.NetworkOf(address);
        var local = IPAddress.IsLoopback(address);
        lock (_lock)
        {
            var held = local ? 0 : _strangers.GetValueOrDefault(from);
            if (_taken >= All || (!local && (held >= Each || _strangers.Values.Sum() >= Strangers)))
            {
                return null;
            }

            _taken++;
            if (!local)
            {
                _strangers[from] = held + 1;
            }
        }

        return new Place(this, local ? null : from);
    }

    private void Leave(IPAddress? from)
    {
        lock (_lock)
        {
            _taken--;
            if (from is not null && --_strangers[from] == 0)
            {
                _strangers.Remove(from);
            }
        }
    }

    private sealed class Place(Places places, IPAddress? from) : IDisposable
    {
        public void Dispose() => places.Leave(from);
    }
}
