using System.Threading.Channels;

namespace Bridge.Plugin.Sms.Http;

/// <summary>Ends the pause between two looks at a gateway: HTTP has no connection whose loss would be noticed by itself.</summary>
internal sealed class Alarm(TimeProvider clock)
{
    private readonly Channel<bool> _trouble =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something went wrong. From any thread.</summary>
    public void Tell() => _trouble.Writer.TryWrite(true);

    /// <summary>Until that long has passed, or something went wrong.</summary>
    /// <returns>Whether something did.</returns>
    public async Task<bool> PauseAsync(TimeSpan longest, CancellationToken stopping)
    {
        using var pause = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stopping);
        try
        {
            return await _trouble.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
