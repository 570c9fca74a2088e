namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>How far clients may run ahead of our acknowledgements, and what follows from it.</summary>
internal static class ReceiveLimits
{
    /// <summary>Announced to clients of version 5. Those of 3.1.1 know no such limit; they are slowed by not being read.</summary>
    public const ushort ReceiveMaximum = 1000;

    /// <summary>Some clients send what was in flight before a reconnect beside what is new; beyond this one is cut off.</summary>
    public const int Borne = 4 * ReceiveMaximum;

    /// <summary>Half of all packet ids.</summary>
    private const int Unbounded = 32_767;

    /// <summary>
    /// A window that answers once more ids in sequence than the client can have unacknowledged have shown how it numbers (docs/decisions/0201);
    /// nothing bounds those of 3.1.1.
    /// </summary>
    /// <param name="clientId">Whose window.</param>
    /// <param name="bounded">The client speaks version 5.</param>
    /// <param name="clock">For the ids of events.</param>
    public static DuplicateWindow NewWindow(string clientId, bool bounded, TimeProvider clock) =>
        new(StoredRecord.DuplicatesPrefix(clientId), ReceiveMaximum, bounded ? ReceiveMaximum : Unbounded, clock);
}
