using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt;

/// <summary>A message that tells others whether Bridge is connected.</summary>
public record AnnouncementOptions
{
    [Description("The topic.")]
    [Example("bridge/status")]
    public required string Topic { get; init; }

    [Description("The text.")]
    [Example("online")]
    public required string Payload { get; init; }

    [Description("The quality of service: 0, 1 or 2.")]
    [Example("2")]
    public int Qos { get; init; } = 1;

    [Description("Whether the broker keeps it for later subscribers.")]
    public bool Retain { get; init; }
}

/// <summary>What the broker publishes when Bridge is gone.</summary>
public sealed record WillOptions : AnnouncementOptions
{
    [Description("How long the broker waits before it publishes it; Bridge may be back by then (version 5).")]
    [Example("30s")]
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;
}
