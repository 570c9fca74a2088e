using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>What two sides of a link agree on whatever comes in whatever order: read markers move forward, the highest revision wins, delete beats edit.</summary>
internal static class SyncRules
{
    // Longer than any network looks back.
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(400);

    /// <summary>Why it changes nothing any more; null when it does. Remembers that it did.</summary>
    public static string? Overtaken(Draft draft, CompiledLink link, Inbound inbound, TargetFacts target) => inbound.Event switch
    {
        ReceiptReported receipt => ReadBefore(draft, link, inbound, receipt, target),
        MessageEdited when target.IsDeleted => "its message was deleted: a delete beats an edit",
        MessageEdited edited => Outdone(draft, link, inbound, edited),
        MessageDeleted when target.IsDeleted => "its message was deleted before",
        _ => null,
    };

    private static string? ReadBefore(Draft draft, CompiledLink link, Inbound inbound, ReceiptReported receipt, TargetFacts target)
    {
        if (target.Sequence == 0)
        {
            return "what was read is not known here";
        }

        var at = new MemoryKey(link.Id, MemoryKinds.ReadUpTo, $"{inbound.Address.Full}\n{inbound.Sender?.Value}");
        var before = draft.Find<ReadUpTo>(at);
        if (target.Sequence <= before?.Sequence)
        {
            return "a read marker only moves forward";
        }

        if (before is not null || draft.HasRoom(link.Id, MemoryKinds.ReadUpTo, Draft.MemoryCap))
        {
            draft.Remember(at, new ReadUpTo(target.Sequence, draft.Now + s_memory));
        }

        return null;
    }

    // A network that does not count says 1 of every edit: then the latest to come wins.
    private static string? Outdone(Draft draft, CompiledLink link, Inbound inbound, MessageEdited edited)
    {
        var at = new MemoryKey(link.Id, MemoryKinds.Revision, $"{inbound.Address.Full}\n{edited.Target.Value}");
        var before = draft.Find<Revised>(at);
        if (edited.Revision < before?.Revision)
        {
            return $"revision {before.Revision} came before it, and the highest wins";
        }

        if (edited.Revision > 1 && (before is not null || draft.HasRoom(link.Id, MemoryKinds.Revision, Draft.MemoryCap)))
        {
            draft.Remember(at, new Revised(edited.Revision, draft.Now + s_memory));
        }

        return null;
    }
}
