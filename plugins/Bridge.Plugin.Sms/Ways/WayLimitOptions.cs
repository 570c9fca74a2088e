using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>What one of several ways may send.</summary>
public sealed record WayLimitOptions
{
    [Description("How many parts in which time. A pause of up to five seconds is waited for; what would wait longer goes by the next way.")]
    [Example("6/min")]
    public Rate? Rate { get; init; }

    [Description("How many parts in a calendar day of 'defaults.timezone'; the rest goes by the next way, and where there is none waits for the "
        + "next day.")]
    [Example("100")]
    public int? PerDay { get; init; }
}
