using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The lines of one output of a process, as they come.</summary>
internal sealed class CapturedLines
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = NewSource();

    public CapturedLines(StreamReader reader) => _ = Task.Run(async () =>
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            TaskCompletionSource more;
            lock (_lock)
            {
                _lines.Add(line);
                (more, _more) = (_more, NewSource());
            }

            more.SetResult();
        }
    });

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public int Count(string text) => All.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>The first line with this text, whether it came already or is yet to come.</summary>
    public Task<string> WaitForAsync(string text) => WaitForMoreAsync(text, 0);

    /// <summary>The first line with this text after so many others with it.</summary>
    public async Task<string> WaitForMoreAsync(string text, int others)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            Task more;
            lock (_lock)
            {
                more = _more.Task; // taken before looking: no line is missed in between
            }

            if (All.Where(line => line.Contains(text, StringComparison.Ordinal)).ElementAtOrDefault(others) is { } found)
            {
                return found;
            }

            try
            {
                await more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"no line with '{text}'; there were:\n{string.Join('\n', All)}");
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
