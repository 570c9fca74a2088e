using System.Net;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// The connections whose client has not logged in. They take the place of no client that has. When there are too many, the oldest of the network that
/// has most of them goes: whoever logs in at once gets in, and strangers shut out each other.
/// </summary>
internal sealed class PendingLogins
{
    private const int Fewest = 10;
    private const int Most = 1000;

    private readonly Lock _gate = new();

    /// <summary>In the order of their coming.</summary>
    private readonly List<PendingLogin> _all = [];

    /// <summary>Lets one in. Gives the one that had to go for it; null when there was room.</summary>
    /// <param name="login">The new one.</param>
    /// <param name="clients">So many may be logged in; as many may be about to, within reason.</param>
    public PendingLogin? Enter(PendingLogin login, int clients)
    {
        lock (_gate)
        {
            _all.RemoveAll(static pending => pending.IsOver);
            _all.Add(login);
            if (_all.Count <= Math.Clamp(clients, Fewest, Most))
            {
                return null;
            }

            var oldest = _all.GroupBy(static pending => pending.Network).MaxBy(static network => network.Count())!.First();
            _all.Remove(oldest);
            return oldest;
        }
    }

    public void Leave(PendingLogin login)
    {
        lock (_gate)
        {
            _all.Remove(login);
        }
    }
}

/// <summary>One connection, from its first byte to its login.</summary>
internal sealed class PendingLogin(Socket socket, IPAddress from)
{
    private volatile ClientConnection? _connection;

    public IPAddress Network { get; } = Networks.Of(from);

    public bool IsOver => _connection?.Session is not null;

    /// <summary>It speaks MQTT from now on.</summary>
    public void Begin(ClientConnection connection) => _connection = connection;

    public void End()
    {
        _connection?.Close(ReasonCode.ServerBusy);
        socket.Dispose();
    }
}
