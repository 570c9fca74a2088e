using Bridge.Abstractions;

namespace Bridge.Core.Messages;

/// <summary>An inbound with what intake stamps on it.</summary>
/// <param name="Id">Minted at intake.</param>
/// <param name="Inbound">As the plugin gave it.</param>
/// <param name="ReceivedAt">By our clock.</param>
/// <param name="Origin">Who brought it in.</param>
public sealed record Arrival(EventId Id, Inbound Inbound, DateTimeOffset ReceivedAt, Origin Origin);

/// <summary>Who brought an event in.</summary>
public enum Origin
{
    /// <summary>An endpoint.</summary>
    Network,

    /// <summary><c>bridge emit</c> or <c>bridge send</c>.</summary>
    Cli,

    /// <summary>Bridge itself (a resolved line, an overflow line).</summary>
    Bridge,
}
