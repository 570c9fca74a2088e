namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>How many events all clients together may have handed over and not stored; those who wait get their places in turn.</summary>
internal sealed class IntakeWindow(int size) : IDisposable
{
    private readonly SemaphoreSlim _places = new(size);
    private readonly SemaphoreSlim _turn = new(1);

    public int Size { get; } = size;

    /// <summary>Takes so many places; at most <see cref="Size"/>.</summary>
    public async ValueTask EnterAsync(int count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return;
        }

        // One at a time: two that each hold half of what they need would wait for ever.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (var i = 0; i < count; i++)
            {
                await _places.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Leave(int count)
    {
        if (count > 0)
        {
            _places.Release(count);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _turn.Dispose();
    }
}
