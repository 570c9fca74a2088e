using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

// What others ask of the loop: answered between two inputs, changing nothing.
public sealed partial class DecisionLoop
{
    /// <summary>What the rules would do with this event now. Changes nothing.</summary>
    public async Task<Explanation> ExplainAsync(Arrival arrival)
    {
        Explanation? explanation = null;
        await EnqueueAsync(new LoopInput.Asked((table, memory, zone) =>
            explanation = Explanation.Of(table, arrival, memory, _clock.GetUtcNow(), zone)));
        return explanation!;
    }

    /// <summary>Ends when the loop has come to it: a sign that it goes on.</summary>
    public Task AnsweredAsync() => EnqueueAsync(new LoopInput.Asked((_, _, _) => { }));

    /// <summary>A copy of what the rules remember now.</summary>
    public async Task<RulesMemory> MemoryAsync()
    {
        RulesMemory? copy = null;
        await EnqueueAsync(new LoopInput.Asked((_, memory, _) => copy = memory.Copy()));
        return copy!;
    }

    /// <summary>Where the open keyed states listen now.</summary>
    public async Task<IReadOnlyList<RulePattern>> OpenPatternsAsync()
    {
        IReadOnlyList<RulePattern> patterns = [];
        await EnqueueAsync(new LoopInput.Asked((_, memory, _) => patterns = memory.OpenPatterns()));
        return patterns;
    }

    /// <summary>When the oldest event came that waits to be routed; null when none does. What was routed before is durable when this is answered.</summary>
    public async Task<DateTimeOffset?> OldestWaitingAsync()
    {
        DateTimeOffset? oldest = null;
        await EnqueueAsync(new LoopInput.Asked((_, memory, _) => oldest = memory.OldestWaiting()));
        return oldest;
    }

    /// <summary>What the rules remember that an operator wants to see.</summary>
    public async Task<RulesStatus> StatusAsync()
    {
        RulesStatus? status = null;
        await EnqueueAsync(new LoopInput.Asked((table, memory, _) => status = RulesStatus.Of(table, memory)));
        return status!;
    }
}
