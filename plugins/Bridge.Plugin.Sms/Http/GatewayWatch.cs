using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Http;

/// <summary>Whether a gateway is there: it is asked now and then, and at once when a request got no answer.</summary>
/// <param name="clock">Measures the pauses.</param>
/// <param name="interval">Between two questions.</param>
internal sealed class GatewayWatch(TimeProvider clock, TimeSpan interval)
{
    private readonly Alarm _alarm = new(clock);

    /// <summary>Something went wrong. From any thread.</summary>
    public void Tell() => _alarm.Tell();

    /// <summary>Ends by the exception of <paramref name="check"/>: the gateway is not there, or does not know us.</summary>
    /// <param name="check">Reaches it.</param>
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

            await _alarm.PauseAsync(interval, stopping);
            await check(stopping);
        }
    }
}
