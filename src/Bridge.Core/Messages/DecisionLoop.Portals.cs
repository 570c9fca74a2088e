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

    public Task OpenedAsync(string name, Address near) => EnqueueAsync(new LoopInput.Opened(name, near));
}
