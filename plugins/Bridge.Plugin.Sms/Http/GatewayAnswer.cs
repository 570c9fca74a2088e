namespace Bridge.Plugin.Sms.Http;

/// <summary>What a gateway answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">Bounded by the client.</param>
internal readonly record struct GatewayAnswer(int Status, byte[] Body)
{
    /// <summary>For how long it wants to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where else it is to be had; null where the gateway names no place.</summary>
    public Uri? Location { get; init; }

    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Status})";
}
