using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Storage;

namespace Bridge.Core.Sync;

/// <summary>Asks networks for what was said before a portal was made, for as long as the portal waits for it.</summary>
public sealed class HistoryReader(IEndpointDirectory endpoints, DecisionLoop loop, Telemetry telemetry, TimeProvider clock)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(30);

    /// <summary>Returns at once.</summary>
    public void Read(HistoryWanted wanted) => _ = Task.Run(() => ReadAsync(wanted));

    private async Task ReadAsync(HistoryWanted wanted)
    {
        // When the time is over the portal goes on by itself.
        while (clock.GetUtcNow() < wanted.Until)
        {
            if (endpoints.Find(wanted.Far.Endpoint) is { Connected: true } handle && await TryAsync(wanted, handle))
            {
                return;
            }

            await Task.Delay(s_pause, clock, CancellationToken.None);
        }
    }

    private async Task<bool> TryAsync(HistoryWanted wanted, EndpointHandle handle)
    {
        try
        {
            IReadOnlyList<Inbound> found = [];
            if (handle.History is { } history)
            {
                using var time = new CancellationTokenSource(s_answer, clock);
                found = await history.LatestAsync(wanted.Far, wanted.Most, time.Token).AsTask().WaitAsync(s_answer, clock, CancellationToken.None);
            }

            await loop.BackfilledAsync(wanted.Portal, [.. found.TakeLast(wanted.Most)]);
            telemetry.HistoryRead(wanted.Far.Endpoint, found.Count);
            return true;
        }
        catch (StoreException)
        {
            return false; // also when Bridge stops: the next start asks again
        }
        catch (Exception failure)
        {
            telemetry.EndpointMisbehaved(wanted.Far.Endpoint, "what was said before", failure.GetType().Name);
            return false;
        }
    }
}
