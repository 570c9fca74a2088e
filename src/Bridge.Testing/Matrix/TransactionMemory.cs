namespace Bridge.Testing.Matrix;

/// <summary>
/// What Synapse remembers of transaction ids: in memory, for a while. The key is the path without the query, and who calls: of an application service its id and
/// not the ghost, so that two ghosts with one transaction id in one room get the first one's event, and the second message vanishes with 200. The body is not
/// part of it either: another body gets the old event.
/// </summary>
public sealed class TransactionMemory
{
    private readonly Dictionary<(string Path, string Kind, string Caller), (string EventId, DateTimeOffset At)> _answers = [];
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;

    internal TransactionMemory(TimeProvider clock) => _clock = clock;

    /// <summary>How long an id is kept; Synapse keeps it 30 to 60 minutes.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How many repeats were answered with what had been done before.</summary>
    public int Repeats { get; private set; }

    /// <summary>Everything is forgotten, as at a restart.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _answers.Clear();
        }
    }

    /// <summary>The event of an earlier call of this caller on this path, or what <paramref name="work"/> makes; concurrent repeats wait for the first.</summary>
    internal string Once(MatrixCall call, Func<string> work)
    {
        var key = (call.Path, call.Service is null ? "user" : "appservice", call.Service?.Id ?? call.Token ?? "");
        lock (_gate)
        {
            if (_answers.TryGetValue(key, out var earlier) && _clock.GetUtcNow() - earlier.At < Window)
            {
                Repeats++;
                return earlier.EventId;
            }

            var made = work();
            _answers[key] = (made, _clock.GetUtcNow());
            return made;
        }
    }
}
