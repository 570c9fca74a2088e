namespace Bridge.Plugin.Sms.Phone;

/// <summary>A message of ours whose end is not known yet: sealed state, since it may be days until then.</summary>
internal sealed record AwaitedReport(DateTimeOffset At) : IDated
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "awaited/";
}

/// <summary>Since when this endpoint hears; what came to the phone before is none of its business.</summary>
internal sealed record HeardSince(DateTimeOffset At)
{
    /// <summary>The key of the one entry.</summary>
    public const string Key = "heard-since";
}
