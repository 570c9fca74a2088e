using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;

namespace Bridge.Host.Admin;

/// <summary>The rules' memory on its way from the daemon to <c>explain</c>: each entry as it would be sealed.</summary>
internal sealed record MemoryReport(IReadOnlyList<byte[]> Entries)
{
    public static MemoryReport Of(RulesMemory memory) => new([.. memory.Entries.Select(entry => SealedJson.Write(new MemoryChange(entry.Key, entry.Value)))]);

    public static RulesMemory Read(JsonNode? report)
    {
        var memory = new RulesMemory();
        foreach (var entry in report.Deserialize<MemoryReport>(AdminProtocol.Json)!.Entries)
        {
            var change = SealedJson.ReadMemory(entry);
            memory.Set(change.Key, change.Value);
        }

        return memory;
    }
}
