using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Publishes what Bridge sends. It does not come back to the inbox. A message waits while a connected subscriber that is still taking has a full queue: Bridge
/// keeps it safe meanwhile, and only its own topic waits. A subscriber that has taken nothing for a while, or is away, loses its oldest instead, counted.
/// </summary>
internal sealed class Outlet(BrokerState state, Distributor distributor)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly LinkedList<Waiting> _waiting = [];
    private bool _completed;

    /// <summary>
    /// True when every session that is kept has the message stored in its queue, and everybody else was sent it. False when the broker stopped before the
    /// message was published; an exception when it stopped before it was stored.
    /// </summary>
    public Task<bool> SendAsync(ApplicationMessage message)
    {
        var waiting = new Waiting(message, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (state.Gate)
        {
            if (_completed)
            {
                return Task.FromResult(false);
            }

            _waiting.AddLast(waiting);
            Retry();
        }

        return waiting.Stored.Task;
    }

    /// <summary>Publishes what need not wait any more. Called with the lock held.</summary>
    public void Retry()
    {
        HashSet<string>? blocked = null;
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            var (message, stored) = node.Value;
            if (blocked?.Contains(message.Topic) == true || MustWait(message))
            {
                (blocked ??= []).Add(message.Topic);
            }
            else
            {
                _waiting.Remove(node);
                var batch = new Batch { Stored = stored };
                distributor.Publish(message, batch);
                state.Journal.Submit(batch);
            }

            node = next;
        }
    }

    /// <summary>Nothing more is published; what waits was not handed over.</summary>
    public void Complete()
    {
        _completed = true;
        foreach (var (_, stored) in _waiting)
        {
            stored.TrySetResult(false);
        }

        _waiting.Clear();
    }

    private bool MustWait(ApplicationMessage message)
    {
        if (message.QoS == QoS.AtMostOnce)
        {
            return false;
        }

        var since = state.Now - s_patience;
        return state.Subscriptions.Find(message.Topic, publisher: null).Any(match => match.QoS != QoS.AtMostOnce
            && match.Session.Link is not null && match.Session.Outgoing.Waiting >= state.Limits.Queue && match.Session.LastProgress > since);
    }

    private readonly record struct Waiting(ApplicationMessage Message, TaskCompletionSource<bool> Stored);
}
