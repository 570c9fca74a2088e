namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>All subscriptions by the levels of their filters, so that a publish costs its own depth and not the number of subscriptions.</summary>
internal sealed class SubscriptionTree
{
    private readonly Node _root = new();
    private readonly Dictionary<Session, Match> _own = [];
    private readonly List<Match> _matches = [];

    /// <summary>Subscriptions of sessions, and groups that share one.</summary>
    public int Count { get; private set; }

    public int SharedCount { get; private set; }

    public void Set(Session session, Grant grant)
    {
        var (group, topics) = SharedFilter.Of(grant.Subscription.Filter);
        var node = _root;
        foreach (var level in topics.Split('/'))
        {
            node = node.Children.TryGetValue(level, out var child) ? child : node.Children[level] = new Node();
        }

        if (group is null)
        {
            Count += node.Grants.ContainsKey(session) ? 0 : 1;
            node.Grants[session] = grant;
            return;
        }

        var shared = node.Groups ??= new(StringComparer.Ordinal);
        if (!shared.TryGetValue(group, out var members))
        {
            shared[group] = members = new ShareGroup();
            SharedCount++;
        }

        members.Set(session, grant);
    }

    public void Remove(Session session, string filter)
    {
        var (group, topics) = SharedFilter.Of(filter);
        Remove(_root, session, group, topics.Split('/'), 0);
    }

    /// <summary>
    /// One match per session, and one for each group. Valid until the next call: the list is used again.
    /// </summary>
    /// <param name="topic">Of a message.</param>
    /// <param name="publisher">Its client id; null for none.</param>
    /// <param name="queue">So many messages fill a session's queue.</param>
    public IReadOnlyList<Match> Find(string topic, string? publisher, int queue)
    {
        _own.Clear();
        _matches.Clear();
        // A wildcard in the first level does not match names that begin with $ (section 4.7.2).
        Find(_root, topic, 0, wildcards: !topic.StartsWith('$'), publisher, queue);
        foreach (var match in _own.Values)
        {
            _matches.Add(match);
        }

        return _matches;
    }

    private void Find(Node node, string topic, int from, bool wildcards, string? publisher, int queue)
    {
        // "a/#" also matches "a" itself, so # is looked for before the topic's end is.
        if (wildcards && node.Children.TryGetValue("#", out var rest))
        {
            Add(rest, publisher, queue);
        }

        if (from > topic.Length)
        {
            Add(node, publisher, queue);
            return;
        }

        var end = topic.IndexOf('/', from) is >= 0 and var slash ? slash : topic.Length;
        if (node.ByLevel.TryGetValue(topic.AsSpan(from, end - from), out var child))
        {
            Find(child, topic, end + 1, wildcards: true, publisher, queue);
        }

        if (wildcards && node.Children.TryGetValue("+", out var any))
        {
            Find(any, topic, end + 1, wildcards: true, publisher, queue);
        }
    }

    private void Add(Node node, string? publisher, int queue)
    {
        foreach (var (session, grant) in node.Grants)
        {
            if (grant.Subscription.NoLocal && session.ClientId == publisher)
            {
                continue;
            }

            _own[session] = _own.TryGetValue(session, out var match) ? match.With(grant) : Match.Of(session, grant);
        }

        if (node.Groups is null)
        {
            return;
        }

        foreach (var group in node.Groups.Values)
        {
            if (group.Choose(queue) is { } chosen)
            {
                _matches.Add(chosen);
            }
        }
    }

    private void Remove(Node node, Session session, string? group, string[] levels, int depth)
    {
        if (depth == levels.Length)
        {
            Remove(node, session, group);
        }
        else if (node.Children.TryGetValue(levels[depth], out var child))
        {
            Remove(child, session, group, levels, depth + 1);
            if (child.Children.Count == 0 && child.Grants.Count == 0 && child.Groups is null)
            {
                node.Children.Remove(levels[depth]);
            }
        }
    }

    private void Remove(Node node, Session session, string? group)
    {
        if (group is null)
        {
            Count -= node.Grants.Remove(session) ? 1 : 0;
        }
        else if (node.Groups?.TryGetValue(group, out var members) == true)
        {
            members.Remove(session);
            if (members.IsEmpty)
            {
                node.Groups.Remove(group);
                node.Groups = node.Groups.Count == 0 ? null : node.Groups;
                SharedCount--;
            }
        }
    }

    private sealed class Node
    {
        public Node() => ByLevel = Children.GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> ByLevel { get; }

        public Dictionary<Session, Grant> Grants { get; } = [];

        /// <summary>By their names; null for none.</summary>
        public Dictionary<string, ShareGroup>? Groups { get; set; }
    }
}
