using Microsoft.Extensions.Logging;

namespace Bridge.Core;

// Facts of keys. Events 1350-1399.
public sealed partial class Telemetry
{
    /// <summary>Somebody else can open the data folder from now on.</summary>
    public void SlotAdded(int slot, string source)
    {
        Count("keys.slots_added");
        LogSlotAdded(slot, source);
    }

    public void SlotRemoved(int slot)
    {
        Count("keys.slots_removed");
        LogSlotRemoved(slot);
    }

    /// <summary>The root key is a new one; the keys under it are wrapped anew, step by step.</summary>
    public void RotationBegan(int generation) => LogRotationBegan(generation);

    public void RotationEnded(int generation)
    {
        Count("keys.rotations");
        LogRotationEnded(generation);
    }

    [LoggerMessage(1350, LogLevel.Warning, "Key slot {Slot} was added: {Source} opens the data from now on")]
    private partial void LogSlotAdded(int slot, string source);

    [LoggerMessage(1351, LogLevel.Warning, "Key slot {Slot} was removed: what it was made for opens the data no longer")]
    private partial void LogSlotRemoved(int slot);

    [LoggerMessage(1352, LogLevel.Information, "A rotation of the keys is under way: generation {Generation}")]
    private partial void LogRotationBegan(int generation);

    [LoggerMessage(1353, LogLevel.Warning, "The keys are rotated: generation {Generation}")]
    private partial void LogRotationEnded(int generation);
}
