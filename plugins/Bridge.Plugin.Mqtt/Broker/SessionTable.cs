namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>All sessions by their client ids, and how many each user has. Used with the lock held.</summary>
internal sealed class SessionTable
{
    private readonly Dictionary<string, Session> _byClientId = new(StringComparer.Ordinal);

    /// <summary>All who give no name are one user.</summary>
    private readonly Dictionary<(bool IsNamed, string Name), int> _perUser = [];

    public int Count => _byClientId.Count;

    /// <summary>Those that have a connection.</summary>
    public int Connected { get; private set; }

    public IReadOnlyCollection<Session> Values => _byClientId.Values;

    public int CountOf(string? username) => _perUser.GetValueOrDefault(KeyOf(username));

    public Session? Find(string clientId) => _byClientId.GetValueOrDefault(clientId);

    public void Add(Session session)
    {
        _byClientId.Add(session.ClientId, session);
        _perUser[KeyOf(session.Username)] = CountOf(session.Username) + 1;
    }

    public void Remove(Session session)
    {
        _byClientId.Remove(session.ClientId);
        if (CountOf(session.Username) is > 1 and var count)
        {
            _perUser[KeyOf(session.Username)] = count - 1;
        }
        else
        {
            _perUser.Remove(KeyOf(session.Username));
        }
    }

    /// <summary>Gives a session its connection, or takes it away.</summary>
    public void Connect(Session session, ClientConnection? connection)
    {
        Connected += (connection is null ? 0 : 1) - (session.Owner is null ? 0 : 1);
        session.Owner = connection;
    }

    private static (bool IsNamed, string Name) KeyOf(string? username) => (username is not null, username ?? "");
}
