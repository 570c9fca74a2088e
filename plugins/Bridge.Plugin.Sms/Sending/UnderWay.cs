using System.Collections.Concurrent;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>What is being sent just now.</summary>
internal sealed class UnderWay
{
    private readonly ConcurrentDictionary<Task, bool> _tasks = [];

    /// <summary>Completes when everything that is on its way now is answered, or too late.</summary>
    public Task AllAsync() => Task.WhenAll(_tasks.Keys);

    public async Task<T> DoAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _tasks[done.Task] = true;
        try
        {
            return await work();
        }
        finally
        {
            _tasks.TryRemove(done.Task, out _);
            done.SetResult();
        }
    }
}
