namespace Bridge.Core.Messages;

/// <summary>A storm of one warning is one line a minute; counters count them all.</summary>
internal sealed class RecentWarnings
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(1);

    // One entry per route and kind: as many as the configuration has.
    private readonly Dictionary<(string Route, string Kind), DateTimeOffset> _last = [];

    public bool IsNews(string route, string kind, DateTimeOffset now)
    {
        if (_last.TryGetValue((route, kind), out var last) && now - last < s_quiet)
        {
            return false;
        }

        _last[(route, kind)] = now;
        return true;
    }
}
