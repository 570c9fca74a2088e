namespace Bridge.Plugin.Sms.Modem;

/// <summary>One command and its answer.</summary>
/// <param name="command">What is sent.</param>
/// <param name="prefix">What the lines of its answer begin with; empty for any, null when none are awaited.</param>
/// <param name="needsLine">A result counts behind such a line only: so the answer to this command is told from one that comes late.</param>
internal sealed class Exchange(string command, string? prefix, bool needsLine = false)
{
    private readonly TaskCompletionSource<AtReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _prompted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A full store of the largest modem, and more than any other answer.
    private const int MostLines = 1_000;

    private readonly List<AtLine> _lines = [];

    public Task<AtReply> Answer => _answer.Task;

    /// <summary>The modem asks for the message.</summary>
    public Task Prompted => _prompted.Task;

    public string Command => command;

    public bool Awaits(string line) => prefix is not null && line.StartsWith(prefix, StringComparison.Ordinal) && line != command;

    /// <summary>Whether a result that comes now is the one of this command.</summary>
    public bool MayEnd => !needsLine || _lines.Count > 0;

    public void Add(AtLine line)
    {
        if (_lines.Count < MostLines)
        {
            _lines.Add(line);
        }
    }

    public void End(AtError? error) => _answer.TrySetResult(new AtReply([.. _lines], error));

    /// <summary>True when it has said what was asked, though not that it is done.</summary>
    public bool HasSaidEnough => prefix is not null && _lines.Count > 0;

    public void Fail(Exception why)
    {
        _answer.TrySetException(why);
        _ = _answer.Task.Exception; // observed: not everybody waits for it any more
    }

    public void Prompt() => _prompted.TrySetResult();
}
