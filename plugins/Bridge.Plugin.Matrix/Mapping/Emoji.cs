namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>
/// One spelling for each emoji: characters that are shown as text unless told otherwise (❤, ☺) are followed by U+FE0F, as clients send them, so that
/// the same reaction has the same key. Pure.
/// </summary>
internal static class Emoji
{
    private const char Selector = '\uFE0F';

    // Of the symbols below U+3300 these are emoji by themselves (Unicode's Emoji_Presentation); the selector would be wrong behind them.
    private const string ShownAsEmoji =
        "\u231A\u231B\u23E9\u23EA\u23EB\u23EC\u23F0\u23F3\u25FD\u25FE\u2614\u2615\u2648\u2649\u264A\u264B\u264C\u264D\u264E\u264F\u2650\u2651\u2652\u2653"
        + "\u267F\u2693\u26A1\u26AA\u26AB\u26BD\u26BE\u26C4\u26C5\u26CE\u26D4\u26EA\u26F2\u26F3\u26F5\u26FA\u26FD\u2705\u270A\u270B\u2728\u274C\u274E"
        + "\u2753\u2754\u2755\u2757\u2795\u2796\u2797\u27B0\u27BF\u2B1B\u2B1C\u2B50\u2B55";

    public static string Normal(string reaction)
    {
        var bare = reaction.Length == 2 && reaction[1] == Selector ? reaction[..1] : reaction;
        return bare.Length == 1 && bare[0] is >= '\u2190' and < '\u3300' && !ShownAsEmoji.Contains(bare[0], StringComparison.Ordinal) ? bare + Selector : bare;
    }
}
