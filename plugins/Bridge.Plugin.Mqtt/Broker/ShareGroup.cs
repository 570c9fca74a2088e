namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// The sessions that share one filter: each message goes to one of them, in turn. A member that is connected and has room comes before one that is
/// full, and that before one that is away and kept.
/// </summary>
internal sealed class ShareGroup
{
    private readonly List<(Session Session, Grant Grant)> _members = [];
    private int _next;

    public bool IsEmpty => _members.Count == 0;

    public int Count => _members.Count;

    public void Set(Session session, Grant grant)
    {
        var at = _members.FindIndex(member => member.Session == session);
        if (at >= 0)
        {
            _members[at] = (session, grant);
        }
        else
        {
            _members.Add((session, grant));
        }
    }

    public void Remove(Session session) => _members.RemoveAll(member => member.Session == session);

    /// <summary>Who gets the next message; null when all are gone that could.</summary>
    /// <param name="queue">So many messages fill a member's queue.</param>
    public Match? Choose(int queue)
    {
        (int Worth, int At) best = (0, 0);
        for (var i = 0; i < _members.Count; i++)
        {
            var at = (_next + i) % _members.Count;
            var worth = WorthOf(_members[at].Session, queue);
            if (worth > best.Worth)
            {
                best = (worth, at);
            }
        }

        return best.Worth == 0 ? null : Match.Of(_members[best.At].Session, _members[best.At].Grant, this);
    }

    /// <summary>The chosen one has got it: it is another's turn.</summary>
    public void Served(Session session) => _next = _members.FindIndex(member => member.Session == session) + 1;

    private static int WorthOf(Session session, int queue) =>
        session.Owner is null ? (session.IsPersistent ? 1 : 0)
        : session.Outgoing.Waiting < queue ? 3 : 2;
}
