namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>All sessions by their client ids, and how many each user has. Used with the lock held.</summary>
internal sealed class SessionTable
{
    private readonly Dictionary<string, Session> _byClientId = new(StringComparer.Ordinal);

    /// <summary>All who give no name are one user.</summary>
    private readonly Dictionary<(bool IsNamed, string Name), int> _perUser = [];
    private readonly Dictionary<(bool IsNamed, string Name), int> _connectedPerUser = [];

    public int Count => _byClientId.Count;

    /// <summary>Those that have a connection.</summary>
    public int Connected { get; private set; }

    public IReadOnlyCollection<Session> Values => _byClientId.Values;

    public int CountOf(string? username) => _perUser.GetValueOrDefault(KeyOf(username));

    /// <summary>Those of one user that have a connection.</summary>
    public int ConnectedOf(string? username) => _connectedPerUser.GetValueOrDefault(KeyOf(username));

    public Session? Find(string clientId) => _byClientId.GetValueOrDefault(clientId);

    public void Add(Session session)
    {
        _byClientId.Add(session.ClientId, session);
        Tally(_perUser, session, 1);
    }

    public void Remove(Session session)
    {
        _byClientId.Remove(session.ClientId);
        Tally(_perUser, session, -1);
    }

    /// <summary>Gives a session its connection, or takes it away.</summary>
    public void Connect(Session session, ClientConnection? connection)
    {
        var change = (connection is null ? 0 : 1) - (session.Owner is null ? 0 : 1);
        Connected += change;
        Tally(_connectedPerUser, session, change);
        session.Owner = connection;
    }

    /// <summary>Users without any are not kept.</summary>
    private static void Tally(Dictionary<(bool IsNamed, string Name), int> counts, Session session, int change)
    {
        var key = KeyOf(session.Username);
        var count = counts.GetValueOrDefault(key) + change;
        if (count > 0)
        {
            counts[key] = count;
        }
        else
        {
            counts.Remove(key);
        }
    }

    private static (bool IsNamed, string Name) KeyOf(string? username) => (username is not null, username ?? "");
}
