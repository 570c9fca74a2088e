using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>
/// How a failure is told where the network has no word for it. Another bridge may read the line where nothing marks it as a notice: what becomes of
/// such a line is told to nobody, or two bridges that both fail would tell each other for ever.
/// </summary>
internal static class OutcomeLine
{
    private const string Begin = "(not delivered: ";
    private const string End = ")";

    public static string Of(string? why) => Begin + why + End;

    /// <summary>True when it reads like such a line, the quoted line before it aside.</summary>
    public static bool Is(BridgeEvent said) => said is MessagePosted { Parts: [TextPart { Text.Value: var text }] } && IsLine(text);

    private static bool IsLine(string text)
    {
        var last = text.AsSpan().Trim();
        last = last[(last.LastIndexOf('\n') + 1)..];
        return last.Contains(Begin, StringComparison.Ordinal) && last.EndsWith(End, StringComparison.Ordinal);
    }
}
