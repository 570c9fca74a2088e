using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Publishes what Bridge sends. It does not come back to the inbox. A message waits while a connected subscriber that is still taking has a full
/// queue: Bridge keeps it safe meanwhile, and only its own topic waits. A subscriber that has taken nothing for a while, or is away, loses its oldest
/// instead, counted.
/// </summary>
internal sealed class Outlet(BrokerState state, Distributor distributor)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly LinkedList<Waiting> _waiting = [];
    private bool _completed;

    /// <summary>
    /// True when every session that is kept has the message stored in its queue, and everybody else was sent it. False when the message was not
    /// published: the broker stopped, or one before it on its topic was cancelled. An exception when the broker stopped before it was stored.
    /// Cancelled, it is not published any more unless it was.
    /// </summary>
    public async Task<bool> SendAsync(ApplicationMessage message, CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<Waiting> waiting;
        lock (state.Gate)
        {
            if (_completed)
            {
                return false;
            }

            waiting = _waiting.AddLast(new Waiting(message, stored));
            Retry();
        }

        await using var cancelling = cancellationToken.UnsafeRegister(
            static state =>
            {
                var (outlet, cancelled) = ((Outlet, LinkedListNode<Waiting>))state!;
                outlet.GiveUp(cancelled);
            },
            (this, waiting));
        return await stored.Task;
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

    /// <summary>What waits behind it on its topic must not overtake it: the host sends both again, in order.</summary>
    private void GiveUp(LinkedListNode<Waiting> node)
    {
        lock (state.Gate)
        {
            var (message, stored) = node.Value;
            stored.TrySetCanceled(CancellationToken.None);
            for (var behind = node.Next; behind is not null;)
            {
                var next = behind.Next;
                if (behind.Value.Message.Topic == message.Topic)
                {
                    behind.Value.Stored.TrySetResult(false);
                    _waiting.Remove(behind);
                }

                behind = next;
            }

            if (node.List is not null)
            {
                _waiting.Remove(node);
            }
        }
    }

    private bool MustWait(ApplicationMessage message)
    {
        if (message.QoS == QoS.AtMostOnce)
        {
            return false;
        }

        var since = state.Now - s_patience;
        return state.Subscriptions.Find(message.Topic, publisher: null, state.Limits.Queue).Any(match => match.QoS != QoS.AtMostOnce
            && match.Session.Link is not null && IsFull(match.Session.Outgoing) && match.Session.LastProgress > since);
    }

    private bool IsFull(OutgoingQueue queue) => queue.Waiting >= state.Limits.Queue || queue.WaitingBytes >= state.Limits.QueueBytes.Bytes;

    private readonly record struct Waiting(ApplicationMessage Message, TaskCompletionSource<bool> Stored);
}
