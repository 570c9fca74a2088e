namespace Bridge.Plugin.Sms.Smpp;

/// <summary>
/// How long an SMS centre that has enough is left alone: 1 s, and twice as long each time it still has enough afterwards, up to a minute.
/// </summary>
internal sealed class Throttle(TimeProvider clock)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private TimeSpan _pause;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>What is left of the pause; zero when there is none.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                return _until > clock.GetUtcNow() ? _until - clock.GetUtcNow() : TimeSpan.Zero;
            }
        }
    }

    /// <summary>It said that it has enough. Of several that were under way together one counts.</summary>
    public TimeSpan HasEnough(DateTimeOffset sentAt)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (sentAt >= _until)
            {
                _pause = _pause == TimeSpan.Zero ? s_first : _pause * 2 < s_longest ? _pause * 2 : s_longest;
                _until = now + _pause;
            }

            return _until > now ? _until - now : TimeSpan.FromMilliseconds(1); // zero would leave the time to others
        }
    }

    /// <summary>It took one.</summary>
    public void Took()
    {
        lock (_gate)
        {
            if (_pause > TimeSpan.Zero && clock.GetUtcNow() >= _until)
            {
                _pause = _pause > s_first ? _pause / 2 : TimeSpan.Zero;
            }
        }
    }
}
