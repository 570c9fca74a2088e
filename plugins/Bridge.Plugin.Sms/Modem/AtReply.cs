using System.Globalization;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>One line of an answer, and the message that stood below it; null for none.</summary>
internal sealed record AtLine(string Text, string? Message)
{
    /// <summary>The fields behind the colon, without their quotes.</summary>
    public IReadOnlyList<string> Fields =>
        [.. Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',').Select(value => value.Trim().Trim('"'))];

    /// <summary>Nothing of its content.</summary>
    public override string ToString() => "(a line)";

    /// <summary>Null when there is no number.</summary>
    public int? Number(int field) =>
        int.TryParse(Fields.ElementAtOrDefault(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What a modem answers to one command.</summary>
/// <param name="Lines">Before the result.</param>
/// <param name="Error">Null when it was done.</param>
internal sealed record AtReply(IReadOnlyList<AtLine> Lines, AtError? Error)
{
    public bool IsOk => Error is null;

    /// <summary>The first; null when there is none.</summary>
    public AtLine? First => Lines.Count > 0 ? Lines[0] : null;
}

/// <summary>Which table the code of an error is of.</summary>
internal enum AtErrorKind
{
    /// <summary>ERROR, without a code.</summary>
    Plain,

    /// <summary>+CME ERROR: of the modem (3GPP 27.007 section 9.2).</summary>
    Equipment,

    /// <summary>+CMS ERROR: of messages (3GPP 27.005 section 3.2.5).</summary>
    Message,
}

/// <summary>Why a modem did not do it.</summary>
/// <param name="Kind">Which table.</param>
/// <param name="Code">In it; null when the modem says none.</param>
internal sealed record AtError(AtErrorKind Kind, int? Code = null)
{
    /// <summary>Null when the line is no result.</summary>
    public static AtError? TryRead(string line) => line switch
    {
        "ERROR" or "COMMAND NOT SUPPORT" or "TOO MANY PARAMETERS" => new AtError(AtErrorKind.Plain),
        _ when line.StartsWith("+CMS ERROR:", StringComparison.Ordinal) => new AtError(AtErrorKind.Message, new AtLine(line, null).Number(0)),
        _ when line.StartsWith("+CME ERROR:", StringComparison.Ordinal) => new AtError(AtErrorKind.Equipment, new AtLine(line, null).Number(0)),
        _ => null,
    };

    /// <summary>For the operator.</summary>
    public override string ToString() => Kind switch
    {
        AtErrorKind.Plain => "ERROR",
        AtErrorKind.Equipment => "CME ERROR" + (Code is { } code ? $" {code}" : ""),
        _ => "CMS ERROR" + (Code is { } code ? $" {code}" : ""),
    };
}

/// <summary>What a modem says unasked.</summary>
/// <param name="Kind">Such as <c>+CMTI</c>.</param>
/// <param name="Line">What it says, and the message below.</param>
internal sealed record Unsolicited(string Kind, AtLine Line);
