using Bridge.Abstractions;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

// The table of portals, as delivery and people ask for it: a part of the rules' memory.
public sealed partial class DecisionLoop
{
    public async Task<PortalView?> FindAsync(string name)
    {
        PortalView? view = null;
        await EnqueueAsync(new LoopInput.Asked((table, memory, _) => view = memory.PortalNamed(name) is (var key, var portal) ? PortalBook.View(table, key, portal) : null));
        return view;
    }

    /// <summary>What was said before a portal was made, oldest first; empty when nobody knows. Completes when it is owed.</summary>
    public Task BackfilledAsync(string portal, IReadOnlyList<Inbound> history) => EnqueueAsync(new LoopInput.Backfilled(portal, history));

    public Task OpenedAsync(string name, Address near) => EnqueueAsync(new LoopInput.Opened(name, near));
}
