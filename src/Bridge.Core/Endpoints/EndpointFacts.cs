namespace Bridge.Core.Endpoints;

/// <summary>What an endpoint says of itself (where it listens): the latest few, each once.</summary>
public sealed class EndpointFacts
{
    private const int Most = 10;
    private readonly Lock _lock = new();
    private readonly List<string> _facts = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _facts];
            }
        }
    }

    public void Say(string fact)
    {
        lock (_lock)
        {
            _facts.Remove(fact);
            _facts.Add(fact);
            if (_facts.Count > Most)
            {
                _facts.RemoveAt(0);
            }
        }
    }
}
