using System.Threading.Channels;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>Whether Kannel is there. HTTP has no connection that could be lost, so it is asked now and then, and at once when a request got no answer.</summary>
internal sealed class KannelWatch(TimeProvider clock)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(60);

    private readonly Channel<bool> _trouble = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something went wrong. From any thread.</summary>
    public void Tell() => _trouble.Writer.TryWrite(true);

    /// <summary>Ends by the exception of <paramref name="check"/>: Kannel is not there, or does not know us.</summary>
    /// <param name="check">Reaches smsbox.</param>
    /// <param name="faultOfStatus">What is wrong behind it; null for nothing.</param>
    /// <param name="inbox">Told when that changes.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Func<CancellationToken, Task> check, Func<CancellationToken, Task<string?>> faultOfStatus, IInbox inbox, CancellationToken stopping)
    {
        string? impaired = null;
        while (true)
        {
            var fault = await faultOfStatus(stopping);
            if (fault != impaired)
            {
                inbox.Impaired(impaired = fault);
            }

            await PauseAsync(stopping);
            await check(stopping);
        }
    }

    private async Task PauseAsync(CancellationToken stopping)
    {
        using var pause = new CancellationTokenSource(s_interval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stopping);
        try
        {
            await _trouble.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The minute is over.
        }
    }
}
