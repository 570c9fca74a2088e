using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Storage;

namespace Bridge.Core.Sync;

/// <summary>Asks networks for what was said before a portal or a link was made, for as long as that waits for it.</summary>
public sealed class HistoryReader(IEndpointDirectory endpoints, DecisionLoop loop, Telemetry telemetry, TimeProvider clock)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(30);

    /// <summary>Returns at once.</summary>
    public void Read(HistoryWanted wanted) => _ = Task.Run(() => ReadAsync(wanted));

    private async Task ReadAsync(HistoryWanted wanted)
    {
        var found = new Dictionary<Address, IReadOnlyList<Inbound>>();
        var failed = new HashSet<Address>();

        // When the time is over what waits goes on by itself; what one network has said until then is better than nothing.
        while (clock.GetUtcNow() < wanted.Until)
        {
            foreach (var at in wanted.From.Where(at => !found.ContainsKey(at)))
            {
                if (await TryReadAsync(at, wanted.Most, failed) is { } said)
                {
                    found.Add(at, said);
                }
            }

            var isWhole = found.Count == wanted.From.Count;
            var isLast = clock.GetUtcNow() + s_pause >= wanted.Until && found.Count > 0;
            if ((isWhole || isLast) && await TryTellAsync(wanted, new HistoryFound(Together(found), isWhole)))
            {
                return;
            }

            await Task.Delay(s_pause, clock, CancellationToken.None);
        }
    }

    /// <summary>As one network tells it, or what several tell in the order of their clocks.</summary>
    private static List<Inbound> Together(Dictionary<Address, IReadOnlyList<Inbound>> found) => found.Count == 1
        ? [.. found.Values.Single()]
        : [.. found.Values.SelectMany(said => said).OrderBy(inbound => inbound.OccurredAt)];

    /// <summary>Null when the network does not answer now; that is told of once.</summary>
    private async Task<IReadOnlyList<Inbound>?> TryReadAsync(Address at, int most, HashSet<Address> failed)
    {
        if (endpoints.Find(at.Endpoint) is not { Connected: true } handle)
        {
            return null;
        }

        try
        {
            if (handle.History is not { } history)
            {
                return [];
            }

            using var time = new CancellationTokenSource(s_answer, clock);
            var found = await history.LatestAsync(at, most, time.Token).AsTask().WaitAsync(s_answer, clock, CancellationToken.None);
            telemetry.HistoryRead(at.Endpoint, found.Count);
            return [.. found.Where(inbound => inbound.Event is MessagePosted).TakeLast(most).Select(inbound => inbound with { Address = at })];
        }
        catch (Exception failure)
        {
            if (failed.Add(at))
            {
                telemetry.EndpointMisbehaved(at.Endpoint, "what was said before", failure.GetType().Name);
            }

            return null;
        }
    }

    private async Task<bool> TryTellAsync(HistoryWanted wanted, HistoryFound found)
    {
        try
        {
            await loop.BackfilledAsync(wanted.By, found);
            return true;
        }
        catch (StoreException)
        {
            return false; // also when Bridge stops: the next start asks again
        }
    }
}
