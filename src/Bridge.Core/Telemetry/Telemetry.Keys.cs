using Microsoft.Extensions.Logging;
using EventId = Bridge.Abstractions.EventId;

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

    /// <summary>Events or bodies went because <c>storage.keep</c> says so.</summary>
    public void Expired(string what, int count)
    {
        if (count > 0)
        {
            Count("storage.expired", what, count);
            LogExpired(count, what);
        }
    }

    /// <summary>The keys of periods that are over were destroyed.</summary>
    public void KeysExpired(int count)
    {
        if (count > 0)
        {
            Count("keys.expired", by: count);
            LogKeysExpired(count);
        }
    }

    /// <summary>What is older than <c>storage.keep</c> says could not be removed; tried again in an hour.</summary>
    public void ExpiryFailed(string why)
    {
        Count("storage.expiry_failures");
        LogExpiryFailed(why);
    }

    /// <summary>An event is destroyed, here and in every copy made from now on.</summary>
    public void Shredded(EventId id, int resealed)
    {
        Count("keys.shredded");
        LogShredded(id, resealed);
    }

    /// <summary>Something stored cannot be opened.</summary>
    public void CannotOpen(string why) => Count("sealing.cannot_open", why);

    [LoggerMessage(1350, LogLevel.Warning, "Key slot {Slot} was added: {Source} opens the data from now on")]
    private partial void LogSlotAdded(int slot, string source);

    [LoggerMessage(1351, LogLevel.Warning, "Key slot {Slot} was removed: what it was made for opens the data no longer")]
    private partial void LogSlotRemoved(int slot);

    [LoggerMessage(1352, LogLevel.Information, "A rotation of the keys is under way: generation {Generation}")]
    private partial void LogRotationBegan(int generation);

    [LoggerMessage(1353, LogLevel.Warning, "The keys are rotated: generation {Generation}")]
    private partial void LogRotationEnded(int generation);

    [LoggerMessage(1354, LogLevel.Information, "Expired by storage.keep.{What}: {Count}")]
    private partial void LogExpired(int count, string what);

    [LoggerMessage(1355, LogLevel.Information, "{Count} keys of periods that are over were destroyed")]
    private partial void LogKeysExpired(int count);

    [LoggerMessage(1356, LogLevel.Error, "What is older than storage.keep says could not be removed, trying again in an hour: {Why}")]
    private partial void LogExpiryFailed(string why);

    [LoggerMessage(1357, LogLevel.Warning, "Event {Event} was shredded; {Resealed} records that shared its keys were sealed anew")]
    private partial void LogShredded(EventId @event, int resealed);
}
