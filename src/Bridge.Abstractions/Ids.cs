namespace Bridge.Abstractions;

/// <summary>Names one event for ever. A UUIDv7, minted by Core's intake from the injected clock; by a plugin only for <see cref="Inbound.Id"/>.</summary>
public readonly record struct EventId(Guid Value)
{
    /// <summary>Mints an id whose leading bits are the clock's milliseconds, so ids sort by time.</summary>
    public static EventId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>The canonical 36-character form, as the CLI shows and takes it.</summary>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads the canonical form; false when the text is no UUID.</summary>
    public static bool TryParse(string? text, out EventId id)
    {
        var read = Guid.TryParseExact(text, "D", out var value);
        id = new EventId(value);
        return read;
    }
}

/// <summary>The name of one configured endpoint, as the configuration spells it: lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
public readonly record struct EndpointId(string Value)
{
    /// <summary>The name as written; endpoint names are not secret.</summary>
    public override string ToString() => Value;
}

/// <summary>
/// A message's name on its own network. Opaque to Core: only the plugin that minted it may parse it. Unique within one address.
/// Stored and indexed, so its format is for ever. It may contain a number or a topic, so it is unprintable: read <see cref="Value"/> to use it.
/// </summary>
public readonly record struct NativeId(string Value)
{
    /// <summary>A short keyed hash, safe in logs.</summary>
    public override string ToString() => Mask.Of(Value);
}

/// <summary>
/// The idempotency key of one part of one delivery: stable across retries and restarts, derived by Core from event, revision, part and address.
/// A network that deduplicates (<see cref="ResendClass.Keyed"/>) is given this. URL-safe base64, 22 characters, no personal data.
/// </summary>
public readonly record struct DeliveryKey(string Value)
{
    /// <summary>The key as sent.</summary>
    public override string ToString() => Value;
}

/// <summary>A person or machine as its network names it (a number, an MXID, a client id). Unprintable: read <see cref="Value"/> to use it.</summary>
/// <param name="Value">The network's own name of the sender.</param>
/// <param name="Name">What the network shows to people; null when it shows nothing else.</param>
/// <param name="IsBot">True when the network marks the sender as a bot: bots never answer bots.</param>
public sealed record Sender(string Value, string? Name = null, bool IsBot = false)
{
    /// <summary>The sender's picture; null when there is none or it is not known.</summary>
    public BlobId? Picture { get; init; }

    /// <summary>A short keyed hash, safe in logs.</summary>
    public override string ToString() => Mask.Of(Value);
}
