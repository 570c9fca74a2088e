using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>
/// Keeps several ways open at once: one that is lost is opened again by itself, while the others go on. The endpoint is connected while at least one is open.
/// </summary>
/// <param name="ways">With what each works with.</param>
/// <param name="clock">Measures the pauses.</param>
/// <param name="inbox">Told what is away or impaired.</param>
/// <param name="connected">Called when the first is open.</param>
internal sealed class WayKeeper(IReadOnlyList<(Way Way, Running Running)> ways, TimeProvider clock, IInbox inbox, Action connected)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _noneLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isConnected;
    private string? _impaired;

    /// <summary>Until stopping. Throws <see cref="IOException"/> when no way is left, and what one of them throws that is no loss of its connection.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        foreach (var (way, _) in ways)
        {
            way.Standing = new WayStanding(IsOpen: false, Fault: null);
        }

        List<Task> keeping =
        [
            _noneLeft.Task, .. ways.Select(each => KeepAsync(each.Way, each.Running, ending.Token)),
            .. ways.Select(each => each.Way.Limits).OfType<WayLimits>().Select(limits => WatchAsync(limits, ending.Token)),
        ];
        var first = await Task.WhenAny(keeping);
        await ending.CancelAsync();
        await Task.WhenAll(keeping.Skip(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    /// <summary>An open way does not do all of its work; null: it does again.</summary>
    public void Impaired(Way way, string? why)
    {
        lock (_gate)
        {
            if (way.Standing.IsOpen)
            {
                Stand(way, new WayStanding(IsOpen: true, why));
            }
        }
    }

    private async Task KeepAsync(Way way, Running running, CancellationToken stopping)
    {
        var pause = s_first;
        while (true)
        {
            var began = clock.GetTimestamp();
            try
            {
                await way.Driver.OpenAsync(running, stopping);
                Stand(way, new WayStanding(IsOpen: true, Fault: null));
                await way.Driver.WatchAsync(running.Inbox, stopping);
            }
            catch (IOException lost)
            {
                stopping.ThrowIfCancellationRequested();
                Stand(way, new WayStanding(IsOpen: false, lost.Message));
            }

            pause = clock.GetElapsedTime(began) > s_longest ? s_first : pause;
            await Task.Delay(pause, clock, stopping);
            pause = pause * 2 < s_longest ? pause * 2 : s_longest;
        }
    }

    /// <summary>Whether a way may send no more today is seen when it is asked to, and over at midnight.</summary>
    private async Task WatchAsync(WayLimits limits, CancellationToken stopping)
    {
        while (true)
        {
            lock (_gate)
            {
                Tell();
            }

            await limits.ReachedAsync(s_longest, stopping);
        }
    }

    private void Stand(Way way, WayStanding standing)
    {
        lock (_gate)
        {
            way.Standing = standing;
            if (standing.IsOpen && !_isConnected)
            {
                _isConnected = true;
                connected();
            }

            if (ways.All(each => each.Way.Standing.IsAway))
            {
                _noneLeft.TrySetException(new IOException("no way works: " + string.Join("; ", ways.Select(each => Told(each.Way)))));
            }
            else
            {
                Tell();
            }
        }
    }

    private void Tell()
    {
        if (_isConnected && Words() is var words && words != _impaired)
        {
            inbox.Impaired(_impaired = words);
        }
    }

    /// <summary>Null when all do all of their work.</summary>
    private string? Words()
    {
        var away = ways.Select(each => each.Way).Where(way => way.Standing.IsAway).ToList();
        var impaired = ways.Select(each => each.Way).Where(way => way.Standing.IsOpen && FaultOf(way) is not null);
        List<string> words = [.. impaired.Select(Told)];
        if (away.Count > 0)
        {
            var verb = away.Count == 1 ? "is" : "are";
            words.Insert(0, string.Create(CultureInfo.InvariantCulture, $"{away.Count} of {ways.Count} ways {verb} away: {string.Join("; ", away.Select(Told))}"));
        }

        return words.Count > 0 ? string.Join("; ", words) : null;
    }

    private static string? FaultOf(Way way) => way.Standing.Fault ?? way.Limits?.Fault;

    private static string Told(Way way) => $"{way.Options.Title} ({FaultOf(way)})";
}
