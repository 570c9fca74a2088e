using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>What became of a part by one way, and whether another may do better.</summary>
/// <param name="Result">As the host is told.</param>
/// <param name="IsOfWay">
/// It is known that this way did not take it, and the reason lies in the way: its connection, its account, its credit. Never of what is uncertain, and never
/// of a refusal that is about the message, its recipient or his wish (STOP).
/// </param>
internal readonly record struct PartResult(SendResult Result, bool IsOfWay)
{
    // A way that wants no more for so long is waited for: messages that change the way overtake each other, and cost something else.
    private static readonly TimeSpan s_brief = TimeSpan.FromSeconds(5);

    /// <summary>How many parts left with it, or may have.</summary>
    public int Parts { get; init; }

    /// <summary>Deferred: of the way, unless it is brief. Refused: of the message, unless somebody says otherwise (<see cref="OfWay"/>).</summary>
    public static implicit operator PartResult(SendResult result) => new(result, result is SendResult.Deferred deferred && !(deferred.After <= s_brief));

    /// <summary>A refusal by which nothing is said of the message.</summary>
    public static PartResult OfWay(string why, string? cure) => new(new SendResult.Refused(why, cure), IsOfWay: true);
}
