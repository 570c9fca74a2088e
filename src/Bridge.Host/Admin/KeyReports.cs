namespace Bridge.Host.Admin;

// What the key commands take and give; member names are the JSON of the protocol and of --json: add only.

/// <summary>Something that opens a slot.</summary>
/// <param name="Kind">key-file, credential, environment, passphrase or recovery-code.</param>
/// <param name="Place">Where it is, for people.</param>
/// <param name="Secret">Null: the daemon's own credential.</param>
internal sealed record KeyRequest(string Kind, string Place, string? Secret = null)
{
    public override string ToString() => $"{Kind} ({Place})";
}

/// <param name="Proof">Shows that another slot can be opened.</param>
internal sealed record RemoveSlotRequest(int Slot, KeyRequest? Proof = null);

/// <summary>Who can open the data folder.</summary>
/// <param name="EpochKeys">The keys of conversations and periods.</param>
/// <param name="OldestEnds">When the oldest period was over.</param>
/// <param name="Damaged">Keys that were asked for and do not open.</param>
internal sealed record KeysReport(
    IReadOnlyList<SlotReport> Slots, int Generation, int EpochKeys, bool Rotating = false, DateTimeOffset? OldestEnds = null, int Damaged = 0);

internal sealed record SlotReport(int Slot, string Kind, string Name, DateTimeOffset? MadeAt = null, DateTimeOffset? UsedAt = null, bool InUse = false);

/// <param name="Code">A new recovery code: shown once, stored nowhere.</param>
internal sealed record AddedSlotReport(int Slot, string Kind, string Name, string? Code = null);

/// <param name="Resealed">How many records shared its keys and were sealed anew.</param>
internal sealed record ShredReport(string EventId, int Resealed);
