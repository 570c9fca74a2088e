namespace Bridge.Plugin.Sms.Phone;

/// <summary>A message of ours whose end is not known yet: sealed state, since it may be days until then.</summary>
internal sealed record AwaitedReport(DateTimeOffset At) : IDated
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "awaited/";
}
