namespace Bridge.Storage.Tests;

/// <summary>Gives a few bytes at a time, as a network does.</summary>
internal sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, 10_000)], cancellationToken);
}

/// <summary>As long as it is said to be, in no memory.</summary>
internal sealed class Endless(long length) : MemoryStream
{
    private long _left = length;

    /// <summary>The most that was asked for at once: who keeps it whole in memory asks for more, or grows.</summary>
    public int LargestRead { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LargestRead = Math.Max(LargestRead, buffer.Length);
        var count = (int)Math.Min(_left, buffer.Length);
        buffer.Span[..count].Fill((byte)_left);
        _left -= count;
        return new(count);
    }
}

/// <summary>Stops at its middle until it may go on; or fails there.</summary>
internal sealed class Halting(byte[] bytes) : MemoryStream(bytes)
{
    private readonly TaskCompletionSource _halted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exception? Failure { get; init; }

    public Task Halted => _halted.Task;

    public void GoOn() => _goOn.SetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        if (Position > Length / 2)
        {
            _halted.TrySetResult();
            await _goOn.Task;
        }

        return await base.ReadAsync(buffer, cancellationToken);
    }
}
