using System.Text;

namespace Bridge.Host.Terminal;

/// <summary>
/// Makes foreign text safe to print: a terminal obeys control characters, and direction marks make text read as something else. Each is shown as
/// its code, such as <c>\x1b</c>.
/// </summary>
internal static class Visible
{
    /// <summary>One line: line ends are shown as codes too.</summary>
    public static string Line(string text) => Escape(text, lineEnd: null);

    /// <summary>Line ends stay, each further line indented so that it cannot pose as a line of ours.</summary>
    public static string Lines(string text) => Escape(text, lineEnd: "\n    ");

    private static string Escape(string text, string? lineEnd)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character == '\n' && lineEnd is not null)
            {
                shown.Append(lineEnd);
            }
            else if (IsSafe(character))
            {
                shown.Append(character);
            }
            else
            {
                shown.Append(character < 0x100 ? $"\\x{(int)character:x2}" : $"\\u{(int)character:x4}");
            }
        }

        return shown.ToString();
    }

    private static bool IsSafe(char character) => character switch
    {
        '\t' => true,
        '\u2028' or '\u2029' => false,
        '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => false,
        _ => !char.IsControl(character),
    };
}
