using System.Collections.Concurrent;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// How long the file of an event is still waited for. A transaction that took too long comes again, a run that ended begins anew, and its files do
/// not have their time again: outlives runs.
/// </summary>
internal sealed class FilePatience(TimeProvider clock)
{
    private const int MostRemembered = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    // By event, since when its file is asked for.
    private readonly ConcurrentDictionary<string, long> _since = new(StringComparer.Ordinal);

    /// <summary>Begins with the first question.</summary>
    public TimeSpan LeftFor(string happened)
    {
        if (_since.Count >= MostRemembered)
        {
            _since.Clear();
        }

        return s_patience - clock.GetElapsedTime(_since.GetOrAdd(happened, _ => clock.GetTimestamp()));
    }

    /// <summary>It has come, or never will.</summary>
    public void Forget(string happened) => _since.TryRemove(happened, out _);
}
