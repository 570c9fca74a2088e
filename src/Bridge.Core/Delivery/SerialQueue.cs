using System.Collections.Concurrent;

namespace Bridge.Core.Delivery;

/// <summary>
/// Runs what is posted one after another, in order, on the thread pool: state touched only from here needs no lock, and nobody holds a thread while
/// there is nothing to do. After each run of posts <paramref name="afterwards"/> is called once.
/// </summary>
internal sealed class SerialQueue(Action afterwards, Action<Exception> failed, Activity activity) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Action> _posts = new();
    private int _scheduled;

    public void Post(Action action)
    {
        activity.Begin();
        _posts.Enqueue(action);
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var done = 0;
        while (_posts.TryDequeue(out var action))
        {
            Guard(action);
            done++;
        }

        Guard(afterwards);

        // A full fence: what is posted from here on either finds it unscheduled, or is found below.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_posts.IsEmpty && Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        activity.End(done);
    }

    /// <summary>A fault in one step must not silence the endpoint for ever.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            failed(failure);
        }
    }
}

/// <summary>Counts what is under way, so that somebody can wait for quiet.</summary>
internal sealed class Activity
{
    private long _underWay;

    /// <summary>True when nothing is under way.</summary>
    public bool Quiet => Interlocked.Read(ref _underWay) == 0;

    public void Begin() => Interlocked.Increment(ref _underWay);

    public void End(int count = 1) => Interlocked.Add(ref _underWay, -count);

    /// <summary>Waits, and is not under way meanwhile; it is again the moment the time is over, or given up, and not only once somebody runs then.</summary>
    public async Task PauseAsync(TimeSpan time, TimeProvider clock, CancellationToken gaveUp)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = 0;
        await using var timer = clock.CreateTimer(_ => Resume(), null, time, Timeout.InfiniteTimeSpan);
        await using var given = gaveUp.UnsafeRegister(_ => Resume(), null);
        End();
        await over.Task;

        void Resume()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
            {
                Begin();
                over.SetResult();
            }
        }
    }
}
