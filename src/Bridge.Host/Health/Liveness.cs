using Bridge.Core.Storage;

namespace Bridge.Host.Health;

/// <summary>Whether the parts that do the work still do: the decision loop answers a question, and no commit goes on without end.</summary>
/// <param name="ask">Asks the decision loop something; ends when it has answered.</param>
/// <param name="committing">How long the commit under way has been going on; zero when there is none.</param>
/// <param name="clock">The only clock.</param>
internal sealed class Liveness(Func<Task> ask, Func<TimeSpan> committing, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private Task _answer = Task.CompletedTask;
    private long _askedAt;

    /// <summary>The part that has not answered for so long; null when all did.</summary>
    public async Task<string?> SilentAsync(TimeSpan patience)
    {
        if (committing() is var took && took > patience)
        {
            return $"the store has been committing for {took.TotalSeconds:0} s";
        }

        var (answer, asked) = Ask();
        var left = patience - clock.GetElapsedTime(asked);
        try
        {
            await answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        }
        catch (TimeoutException)
        {
            return $"the decision loop has not answered for {clock.GetElapsedTime(asked).TotalSeconds:0} s";
        }
        catch (StoreException)
        {
            // It answered, if only that it cannot store: that is for readiness to say.
        }

        return null;
    }

    // One question at a time: those of everybody who asks must not pile up in front of a loop that hangs.
    private (Task Answer, long AskedAt) Ask()
    {
        lock (_lock)
        {
            if (_answer.IsCompleted)
            {
                (_answer, _askedAt) = (ask(), clock.GetTimestamp());
            }

            return (_answer, _askedAt);
        }
    }
}
