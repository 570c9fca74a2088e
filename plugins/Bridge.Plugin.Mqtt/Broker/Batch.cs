using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What one step of the broker stores in one transaction, and what it does once that is stored.</summary>
internal sealed class Batch
{
    public List<Inbound> Events { get; } = [];

    public List<StateChange> Changes { get; } = [];

    /// <summary>
    /// Answers and deliveries. Run in order, with the broker's lock held, after everything before them was stored too; must not throw.
    /// </summary>
    public List<Action> Effects { get; } = [];

    /// <summary>What to say in the log once the lock is let go: nobody waits for the log.</summary>
    public List<Action> Afterwards { get; } = [];

    /// <summary>Places taken in the host's window; given back when stored.</summary>
    public int Places { get; init; }

    /// <summary>Told true when all is stored and done; null when nobody asks.</summary>
    public TaskCompletionSource<bool>? Stored { get; init; }

    public bool IsEmpty => Events.Count == 0 && Changes.Count == 0;
}
