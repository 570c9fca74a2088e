namespace Bridge.Plugin.Sms.Modem;

/// <summary>For how long each step of handing over a message is waited for.</summary>
/// <param name="ForTurn">Until the modem is done with what it does.</param>
/// <param name="ForPrompt">Until it asks for the message.</param>
/// <param name="ForAnswer">Until it says that the network has it.</param>
internal sealed record HandoverPatience(TimeSpan ForTurn, TimeSpan ForPrompt, TimeSpan ForAnswer);

/// <summary>What became of handing over a message: a closed hierarchy.</summary>
internal abstract record Handover
{
    private Handover()
    {
    }

    /// <summary>The modem does not have it.</summary>
    public sealed record NeverLeft(string Why) : Handover;

    /// <summary>The modem says what became of it.</summary>
    public sealed record Answered(AtReply Reply) : Handover;

    /// <summary>The modem has it, and said nothing yet.</summary>
    /// <param name="Why">For the operator.</param>
    /// <param name="Late">What it may still say; null when it never will.</param>
    public sealed record Unknown(string Why, Task<AtReply>? Late) : Handover;
}
