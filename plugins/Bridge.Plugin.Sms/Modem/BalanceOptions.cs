using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>How the operator is asked what is left on a card.</summary>
public sealed record BalanceOptions
{
    [Description("What one dials to hear it, as the operator names it (USSD).")]
    [Example("\"*100#\"")]
    public required string Code { get; init; }

    [Description("How often it is asked.")]
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    [Description("A regular expression that finds the amount in the answer: its first group, or all of it where it has none. Without it the first number "
        + "is taken. 1.250 and 1,250 are read as 1250.")]
    [Example("\"credit: ([0-9.,]+)\"")]
    public string? Pattern { get; init; }

    [Description("When less is left, 'bridge status' and /readyz say so. Without it nothing is said.")]
    [Example("5")]
    public decimal? WarnBelow { get; init; }
}
