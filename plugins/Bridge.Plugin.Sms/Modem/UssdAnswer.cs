using System.Globalization;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>How an exchange with the network stands (3GPP 27.007 section 7.15).</summary>
internal enum UssdState
{
    /// <summary>It is over.</summary>
    Done = 0,

    /// <summary>The network waits for a choice: it showed a menu.</summary>
    WantsReply = 1,

    /// <summary>The network ended it.</summary>
    Ended = 2,

    /// <summary>Another client of the modem answered.</summary>
    AnsweredElsewhere = 3,

    /// <summary>Not to be had.</summary>
    Unsupported = 4,

    /// <summary>The network did not answer the modem.</summary>
    TimedOut = 5,
}

/// <summary>What the network says behind <c>+CUSD:</c>. Pure.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Text">What it says; empty for nothing.</param>
internal sealed record UssdAnswer(UssdState State, string Text)
{
    public const string Prefix = "+CUSD:";

    private const char Quote = '"';
    private static readonly char[] s_scheme = [' ', ',', .. "0123456789"];

    /// <summary>Whether the text goes on in the next line: it may have several.</summary>
    public static bool IsUnfinished(string said)
    {
        var open = said.IndexOf(Quote, StringComparison.Ordinal);
        var end = said.AsSpan().TrimEnd(s_scheme);
        return said.StartsWith(Prefix, StringComparison.Ordinal) && open >= 0 && (end.Length - 1 <= open || end[^1] != Quote);
    }

    /// <summary>Null when it is none.</summary>
    public static UssdAnswer? TryRead(string said)
    {
        if (!said.StartsWith(Prefix, StringComparison.Ordinal)
            || !int.TryParse(said[Prefix.Length..].Split(',')[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var state)
            || !Enum.IsDefined((UssdState)state))
        {
            return null;
        }

        var (open, close) = (said.IndexOf(Quote, StringComparison.Ordinal), said.LastIndexOf(Quote));
        if (open < 0)
        {
            return new UssdAnswer((UssdState)state, "");
        }

        var written = close > open ? said[(open + 1)..close] : said[(open + 1)..];
        var behind = close > open ? said.AsSpan(close + 1).Trim(" ,") : [];
        byte? scheme = byte.TryParse(behind, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new UssdAnswer((UssdState)state, UssdText.Read(written, scheme));
    }

    /// <summary>Only how it stands.</summary>
    public override string ToString() => $"({State})";
}
