namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The retained messages that one new subscription is owed, and how far they have been sent.</summary>
/// <param name="grant">The subscription.</param>
/// <param name="until">The last of them; what is retained later reaches the subscription as it is published.</param>
/// <param name="isStored">The subscription's row says that they are owed.</param>
internal sealed class Replay(Grant grant, long until, bool isStored)
{
    public Grant Grant => grant;

    public string Filter => grant.Subscription.Filter;

    public long Until => until;

    public bool IsStored => isStored;

    /// <summary>The subscription is stored and answered.</summary>
    public bool IsReady { get; set; }

    /// <summary>All up to this number were looked at.</summary>
    public long Position { get; set; }

    /// <summary>It was not looked at yet.</summary>
    public bool IsNew { get; set; } = true;

    public bool IsOver => Position >= until;
}
