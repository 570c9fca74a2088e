using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>Whether Kannel is there: it is asked now and then, and at once when a request got no answer.</summary>
internal sealed class KannelWatch(TimeProvider clock)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(60);

    private readonly Alarm _alarm = new(clock);

    /// <summary>Something went wrong. From any thread.</summary>
    public void Tell() => _alarm.Tell();

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

            await _alarm.PauseAsync(s_interval, stopping);
            await check(stopping);
        }
    }
}
