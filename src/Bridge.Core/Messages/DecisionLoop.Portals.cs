using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

// What is made at run time, as delivery and people ask for it: a part of the rules' memory.
public sealed partial class DecisionLoop
{
    public async Task<PortalView?> FindAsync(string name)
    {
        PortalView? view = null;
        await EnqueueAsync(new LoopInput.Asked((table, memory, _) => view = memory.PortalNamed(name) is (var key, var portal) ? PortalBook.View(table, key, portal) : null));
        return view;
    }

    /// <summary>What was said before a portal or a link was made. Completes when it is owed.</summary>
    public Task BackfilledAsync(MemoryKey by, HistoryFound history) => EnqueueAsync(new LoopInput.Backfilled(by, history));

    /// <summary>Does what a person asks at run time, and answers once that is durable. Throws <see cref="Storage.StoreException"/>.</summary>
    public Task<SteerAnswer> SteerAsync(Steer steer)
    {
        var steered = new LoopInput.Steered(steer);
        Enqueue(steered);
        return steered.Done.Task;
    }

    public Task OpenedAsync(string name, Address near) => EnqueueAsync(new LoopInput.Opened(name, near));
}
