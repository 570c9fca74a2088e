namespace Bridge.Core.Sealing;

/// <summary>An envelope cannot be opened: damaged, moved to another record, or its key is gone. The message contains no content.</summary>
public sealed class SealException(string message) : Exception(message)
{
    /// <summary>True when the key database has no key of the envelope's id: destroyed, or of another data folder.</summary>
    public bool KeyMissing { get; init; }

    /// <summary>True when the key is there and does not open: the key database is damaged.</summary>
    public bool KeyDamaged { get; init; }

    /// <summary>In a few words that are always the same, for counters and reasons.</summary>
    public string Why => KeyMissing ? "its key was destroyed" : KeyDamaged ? "its key is damaged" : "it is damaged";
}

/// <summary>The root key cannot be had; the message says to the operator what was tried and what to do.</summary>
public sealed class KeyException(string message) : Exception(message);
