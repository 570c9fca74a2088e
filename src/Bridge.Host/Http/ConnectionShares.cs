using System.Net;

namespace Bridge.Host.Http;

/// <summary>How many connections strangers may hold, each and together: what is left is for this machine, whose health checks must come through.</summary>
internal sealed class ConnectionShares(int each, int together)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _strangers = [];
    private int _all;

    /// <summary>To be disposed of when the connection ends; null when there is no room for it.</summary>
    public IDisposable? TryEnter(IPAddress? from)
    {
        if (from is not null && IPAddress.IsLoopback(from))
        {
            return new Share(null);
        }

        var network = Remote.NetworkOf(from ?? IPAddress.None);
        lock (_lock)
        {
            var held = _strangers.GetValueOrDefault(network);
            if (held >= each || _all >= together)
            {
                return null;
            }

            _strangers[network] = held + 1;
            _all++;
        }

        return new Share(() => Leave(network));
    }

    private void Leave(IPAddress network)
    {
        lock (_lock)
        {
            _all--;
            if (--_strangers[network] == 0)
            {
                _strangers.Remove(network);
            }
        }
    }

    private sealed class Share(Action? leave) : IDisposable
    {
        public void Dispose() => leave?.Invoke();
    }
}
