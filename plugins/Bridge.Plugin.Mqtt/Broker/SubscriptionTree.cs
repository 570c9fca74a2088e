namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>All subscriptions by the levels of their filters, so that a publish costs its own depth and not the number of subscriptions.</summary>
internal sealed class SubscriptionTree
{
    private readonly Node _root = new();

    public void Set(Session session, Grant grant)
    {
        var node = _root;
        foreach (var level in grant.Subscription.Filter.Split('/'))
        {
            node = node.Children.TryGetValue(level, out var child) ? child : node.Children[level] = new Node();
        }

        node.Grants[session] = grant;
    }

    public void Remove(Session session, string filter) => Remove(_root, session, filter.Split('/'), 0);

    /// <summary>One match per session.</summary>
    public IReadOnlyCollection<Match> Find(string topic, string? publisher)
    {
        var found = new Dictionary<Session, Match>();
        // A wildcard in the first level does not match names that begin with $ (section 4.7.2).
        Find(_root, topic, 0, wildcards: !topic.StartsWith('$'), publisher, found);
        return found.Values;
    }

    private static void Find(Node node, string topic, int from, bool wildcards, string? publisher, Dictionary<Session, Match> found)
    {
        // "a/#" also matches "a" itself, so # is looked for before the topic's end is.
        if (wildcards && node.Children.TryGetValue("#", out var rest))
        {
            Add(rest, publisher, found);
        }

        if (from > topic.Length)
        {
            Add(node, publisher, found);
            return;
        }

        var end = topic.IndexOf('/', from) is >= 0 and var slash ? slash : topic.Length;
        if (node.ByLevel.TryGetValue(topic.AsSpan(from, end - from), out var child))
        {
            Find(child, topic, end + 1, wildcards: true, publisher, found);
        }

        if (wildcards && node.Children.TryGetValue("+", out var any))
        {
            Find(any, topic, end + 1, wildcards: true, publisher, found);
        }
    }

    private static void Add(Node node, string? publisher, Dictionary<Session, Match> found)
    {
        foreach (var (session, grant) in node.Grants)
        {
            if (grant.Subscription.NoLocal && session.ClientId == publisher)
            {
                continue;
            }

            found[session] = found.TryGetValue(session, out var match) ? match.With(grant) : Match.Of(session, grant);
        }
    }

    private static void Remove(Node node, Session session, string[] levels, int depth)
    {
        if (depth == levels.Length)
        {
            node.Grants.Remove(session);
        }
        else if (node.Children.TryGetValue(levels[depth], out var child))
        {
            Remove(child, session, levels, depth + 1);
            if (child.Children.Count == 0 && child.Grants.Count == 0)
            {
                node.Children.Remove(levels[depth]);
            }
        }
    }

    private sealed class Node
    {
        public Node() => ByLevel = Children.GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> ByLevel { get; }

        public Dictionary<Session, Grant> Grants { get; } = [];
    }
}
