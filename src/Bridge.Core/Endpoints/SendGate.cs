namespace Bridge.Core.Endpoints;

/// <summary>Counts sends in flight, and tells when there are none.</summary>
internal sealed class SendGate
{
    private readonly Lock _lock = new();
    private int _inside;
    private TaskCompletionSource? _empty;

    public void Enter()
    {
        lock (_lock)
        {
            _inside++;
        }
    }

    public void Leave()
    {
        TaskCompletionSource? empty = null;
        lock (_lock)
        {
            if (--_inside == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.SetResult();
    }

    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            return _inside == 0
                ? Task.CompletedTask
                : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
