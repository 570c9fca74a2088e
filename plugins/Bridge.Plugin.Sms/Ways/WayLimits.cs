using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>What was sent by one way on a day.</summary>
/// <param name="At">When it was written down.</param>
/// <param name="Day">In the zone of the configuration.</param>
/// <param name="Parts">How many.</param>
internal sealed record DaySpent(DateTimeOffset At, DateOnly Day, int Parts) : IDated
{
    /// <summary>What the keys of these entries begin with; behind it the way's name.</summary>
    public const string Prefix = "spent";
}

/// <summary>
/// What one of several ways may still send. What is taken is written down before it leaves, and what is known not to have left is given back: a day
/// counts what was sent, a rate what was tried.
/// </summary>
internal sealed class WayLimits(WayLimitOptions options, EndpointContext context)
{
    // Somebody may raise the limit meanwhile.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Alarm _reached = new(context.Clock);
    private readonly WayBucket? _bucket = options.Rate is { } rate ? new WayBucket(rate, context.Clock) : null;
    private IInbox? _inbox;
    private DateOnly _day;
    private int _spent;
    private bool _isReached;

    /// <summary>Why it takes nothing more today; null when it does.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
            {
                Turn();
                return _isReached ? Reached : null;
            }
        }
    }

    private string Reached => $"its daily limit of {options.PerDay} is reached";

    /// <summary>Takes up what was spent before the process began.</summary>
    /// <param name="inbox">Of this way.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async Task LoadAsync(IInbox inbox, CancellationToken cancellationToken)
    {
        var stored = await context.State.GetAsync(DaySpent.Prefix, cancellationToken);
        lock (_gate)
        {
            _inbox = inbox;
            Turn();
            if (stored is { } bytes && JsonSerializer.Deserialize(bytes.Span, StateJson.Default.DaySpent) is { } known && known.Day == _day)
            {
                _spent = Math.Max(_spent, known.Parts);
            }
        }
    }

    /// <summary>Null when they may be sent, and are counted; otherwise why not, and until when.</summary>
    public PartResult? Take(int parts, out DateOnly day)
    {
        lock (_gate)
        {
            Turn();
            day = _day;
            if (parts > options.PerDay)
            {
                return PartResult.OfWay($"it costs {parts} at once, and the daily limit of this way is {options.PerDay}",
                    "shorten it, or raise limits.per_day");
            }

            if (_spent + parts > options.PerDay)
            {
                _isReached = true;
                _reached.Tell();
                return new SendResult.Deferred(Reached, UntilTomorrow());
            }

            if (_bucket?.WaitFor(parts) is { Ticks: > 0 } wait)
            {
                return new SendResult.Deferred("its rate is used up", wait);
            }

            _bucket?.Spend(parts);
            Count(parts);
            return null;
        }
    }

    /// <summary>They are known not to have left on that day.</summary>
    public void Return(int parts, DateOnly day)
    {
        lock (_gate)
        {
            if (parts > 0 && day == _day)
            {
                Count(-parts);
            }
        }
    }

    /// <summary>Until the limit of the day is reached, or that long.</summary>
    public Task<bool> ReachedAsync(TimeSpan longest, CancellationToken stopping) => _reached.PauseAsync(longest, stopping);

    private void Turn()
    {
        var today = DateOnly.FromDateTime(context.Clock.GetLocalNow().DateTime);
        if (today != _day)
        {
            (_day, _spent, _isReached) = (today, 0, false);
        }
    }

    /// <summary>Where clocks change that night, an hour's error is asked about again.</summary>
    private TimeSpan UntilTomorrow()
    {
        var left = TimeSpan.FromDays(1) - context.Clock.GetLocalNow().TimeOfDay;
        return left < s_longestWait ? left : s_longestWait;
    }

    private void Count(int parts)
    {
        _spent += parts;
        _isReached &= _spent >= options.PerDay;
        if (options.PerDay is not null && _inbox is { } inbox)
        {
            // In the queue before anything leaves, so it is durable when what became of it is.
            var value = JsonSerializer.SerializeToUtf8Bytes(new DaySpent(context.Clock.GetUtcNow(), _day, _spent), StateJson.Default.DaySpent);
            _ = SavedAsync(inbox.AcceptAsync(InboundBatch.Of(new StateChange(DaySpent.Prefix, value))));
        }
    }

    private async Task SavedAsync(ValueTask saving)
    {
        try
        {
            await saving;
        }
        catch (Exception)
        {
            context.Drops.Dropped("what was spent of a way's daily limit, which could not be stored: after a restart it is not counted");
        }
    }
}
