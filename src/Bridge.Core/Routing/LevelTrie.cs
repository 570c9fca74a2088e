namespace Bridge.Core.Routing;

/// <summary>
/// Topic filters as a tree of levels, as in MQTT 5 section 4.7: <c>+</c> is one level, a final <c>#</c> the parent and all below it, and neither
/// matches a first level that begins with <c>$</c>. A look-up visits each node at most once, so it costs what matches, not what exists.
/// </summary>
internal sealed class LevelTrie
{
    private readonly Node _root = new();

    public void Add(string filter, int route)
    {
        var node = _root;
        foreach (var level in filter.Split('/'))
        {
            if (level == "#")
            {
                node.Below.Add(route);
                return;
            }

            node = level == "+" ? node.Any ??= new Node() : node.Child(level);
        }

        node.Here.Add(route);
    }

    public void Match(ReadOnlySpan<char> topic, List<int> found) => Visit(_root, topic, first: true, found);

    // As deep as the deepest filter, however many levels a topic has.
    private static void Visit(Node node, ReadOnlySpan<char> rest, bool first, List<int> found)
    {
        var reserved = first && rest is ['$', ..];
        if (!reserved)
        {
            found.AddRange(node.Below);
        }

        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (node.Find(level) is { } child)
        {
            Enter(child, rest, slash, found);
        }

        if (!reserved && node.Any is { } any)
        {
            Enter(any, rest, slash, found);
        }
    }

    private static void Enter(Node node, ReadOnlySpan<char> rest, int slash, List<int> found)
    {
        if (slash >= 0)
        {
            Visit(node, rest[(slash + 1)..], first: false, found);
            return;
        }

        found.AddRange(node.Here);
        found.AddRange(node.Below);
    }

    private sealed class Node
    {
        private readonly Dictionary<string, Node> _children = new(StringComparer.Ordinal);

        public Node? Any { get; set; }

        /// <summary>Filters that end here.</summary>
        public List<int> Here { get; } = [];

        /// <summary>Filters that end here with <c>#</c>.</summary>
        public List<int> Below { get; } = [];

        public Node Child(string level)
        {
            if (!_children.TryGetValue(level, out var child))
            {
                _children.Add(level, child = new Node());
            }

            return child;
        }

        public Node? Find(ReadOnlySpan<char> level) => _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;
    }
}
