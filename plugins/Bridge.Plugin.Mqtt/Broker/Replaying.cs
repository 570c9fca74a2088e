namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Sends new subscriptions what is retained: a little at a time, as the client takes it, so that neither its queue nor the time under the lock grows
/// with what is retained or with how often it asks.
/// </summary>
internal sealed class Replaying(BrokerState state, Distributor distributor, SystemTopics system, BrokerLog log)
{
    private const int MessagesAtOnce = 100;
    private const long BytesAtOnce = 1_000_000;

    /// <summary>Retained messages that are compared with a filter before others get the lock.</summary>
    private const int LooksAtOnce = 2000;

    /// <summary>Called with the lock held, when the subscriptions are stored and answered.</summary>
    public void Begin(Session session, List<Replay> replays)
    {
        replays.ForEach(static replay => replay.IsReady = true);
        Resume(session);
    }

    /// <summary>Goes on with what an earlier connection did not take. Called with the lock held.</summary>
    public void Resume(Session session)
    {
        if (session.Link is { } link && session.ReplayedTo != link && Next(session) is not null)
        {
            session.ReplayedTo = link;
            _ = RunAsync(session, link);
        }
    }

    private async Task RunAsync(Session session, ClientConnection link)
    {
        // Not under the caller's lock.
        await Task.Yield();
        try
        {
            while (Step(session, link, out var taken))
            {
                await taken.WaitAsync(link.Closed);
                await link.FlushAsync();
            }
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            // The connection has ended, or the broker: the session keeps what it is owed.
        }
        catch (Exception bug)
        {
            log.Failed(bug);
        }
    }

    /// <summary>Sends some. False at the end.</summary>
    /// <param name="session">Who is owed.</param>
    /// <param name="link">Where it takes it.</param>
    /// <param name="taken">What is to be awaited before the next step.</param>
    private bool Step(Session session, ClientConnection link, out Task taken)
    {
        taken = Task.CompletedTask;
        lock (state.Gate)
        {
            if (session.Link != link)
            {
                return false;
            }

            if (Next(session) is null)
            {
                session.ReplayedTo = null;
                return false;
            }

            if (!session.Outgoing.IsHalfEmpty(state.Limits))
            {
                taken = session.RoomAsync();
            }
            else if (link.Unsent <= state.Limits.Queue / 2)
            {
                var batch = new Batch { Stored = new(TaskCreationOptions.RunContinuationsAsynchronously) };
                Fill(session, batch);
                state.Journal.Submit(batch);
                taken = batch.Stored.Task;
            }

            return true;
        }
    }

    private void Fill(Session session, Batch batch)
    {
        var now = state.Now;
        var messages = Math.Clamp((state.Limits.Queue / 2) - session.Outgoing.Waiting, 1, MessagesAtOnce);
        var (bytes, looks) = (BytesAtOnce, LooksAtOnce);
        while (messages > 0 && bytes > 0 && looks > 0 && Next(session) is { } replay)
        {
            if (replay.IsNew)
            {
                replay.IsNew = false;
                SendSystem(session, replay, batch);
            }

            if (state.Retained.Next(replay, ref looks, now) is { } message)
            {
                distributor.Replay(session, replay.Grant, message, batch);
                messages--;
                bytes -= message.Size;
            }
            else if (replay.IsOver)
            {
                End(session, replay, batch);
            }
        }
    }

    private static Replay? Next(Session session) => session.Replays.Values.FirstOrDefault(replay => replay.IsReady);

    private void SendSystem(Session session, Replay replay, Batch batch)
    {
        foreach (var fact in system.Matching(replay.Filter))
        {
            distributor.Replay(session, replay.Grant, fact, batch);
        }
    }

    /// <summary>Nothing is owed any more: a restart need not begin again.</summary>
    private static void End(Session session, Replay replay, Batch batch)
    {
        session.Replays.Remove(replay.Filter);
        if (replay.IsStored && session.Subscriptions.Find(replay.Filter) is { } grant)
        {
            batch.Changes.Add(StoredRecord.Of(session, grant, isOwed: false));
        }
    }
}
