using Bridge.Abstractions;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>
/// Tries one way after another until one takes the message, or says something about the message itself. What is uncertain is never tried by another way.
/// </summary>
/// <param name="clock">Measures how long it took so far.</param>
/// <param name="ways">In the order of preference.</param>
/// <param name="began">By which its first parts went, so that the others must; null when nothing is out.</param>
internal sealed class FailOver(TimeProvider clock, IReadOnlyList<Way> ways, Way? began)
{
    private readonly List<(Way Way, SendResult Result)> _tried = [];

    public async ValueTask<SendResult> SendAsync(Func<Way, Task<PartResult>> send)
    {
        if (ways is [var only])
        {
            return (await send(only)).Result;
        }

        var start = clock.GetTimestamp();
        foreach (var way in Candidates())
        {
            var (result, isOfWay) = await send(way);
            if (!isOfWay)
            {
                return result;
            }

            _tried.Add((way, result));
            if (clock.GetElapsedTime(start) > PartSender.Enough)
            {
                break; // another way would not be given the time to answer
            }
        }

        return Together();
    }

    /// <summary>Those that are open; first those that do all of their work.</summary>
    private List<Way> Candidates() => [.. (began is null ? ways : [began]).Where(way => way.Standing.IsOpen).OrderBy(way => way.Standing.Fault is not null)];

    /// <summary>Refused only when every way refused it: one that is away, or takes nothing just now, may take it later.</summary>
    private SendResult Together()
    {
        var words = string.Join("; ", _tried.Select(tried => $"{tried.Way.Options.Title}: {WhyOf(tried.Result)}"));
        if (_tried.Count == ways.Count && _tried.All(tried => tried.Result is SendResult.Refused))
        {
            return new SendResult.Refused(words, _tried.Select(tried => tried.Result).OfType<SendResult.Refused>().First().Cure);
        }

        return new SendResult.Deferred(words.Length > 0 ? words : "not connected", Pause());
    }

    /// <summary>Until the first may take it; null when one of them may at any time, as soon as it is back.</summary>
    private TimeSpan? Pause()
    {
        var pauses = _tried.Select(tried => tried.Result).OfType<SendResult.Deferred>().Select(deferred => deferred.After).ToList();
        return _tried.Count < (began is null ? ways.Count : 1) || pauses.Contains(null) ? null : pauses.Min();
    }

    private static string WhyOf(SendResult result) => result switch
    {
        SendResult.Refused refused => refused.Why,
        SendResult.Deferred deferred => deferred.Why,
        _ => throw new InvalidOperationException($"no way is at fault for that: {result.GetType().Name}"),
    };
}
