using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Stop;

/// <summary>The words by which people say whether they want to be written to.</summary>
public sealed record StopOptions
{
    [Description("Who sends one of these, and nothing else, is not written to any more: by no route, link, alert or command. Capitals and what stands behind "
        + "the word do not matter.")]
    public EquatableArray<string> Words { get; init; } = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];

    [Description("What he is answered, once; \"\" for nothing. Twilio answers itself: nothing unless written.")]
    [Example("\"You will get no more messages from this number. START brings them back.\"")]
    public string? Confirm { get; init; }

    [Description("Who sends one of these is written to again. START and UNSTOP unless written; at Twilio YES, too.")]
    [Example("[\"START\", \"UNSTOP\"]")]
    public EquatableArray<string> StartWords { get; init; }

    [Description("What he is answered where he had stopped it; \"\" for nothing. Twilio answers itself: nothing unless written.")]
    [Example("\"You will get messages from this number again. STOP ends them.\"")]
    public string? StartConfirm { get; init; }

    [Description("Who sends one of these is answered with 'help'.")]
    public EquatableArray<string> HelpWords { get; init; } = ["HELP", "INFO"];

    [Description("Who writes from this number, and how one ends it; \"\" for no answer. Twilio answers itself: nothing unless written.")]
    [Example("\"Alerts of Example Ltd, +44 20 7946 0000. STOP ends them, START brings them back.\"")]
    public string? Help { get; init; }
}
