using System.Text;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>Cuts what a modem says into lines; the prompt for a message, which ends without one, is a line of its own.</summary>
internal sealed class AtLines
{
    public const string Prompt = ">";

    // A message is 350 digits at most, and no modem says anything longer than a few of them.
    private const int Longest = 4_096;

    private readonly StringBuilder _line = new();

    /// <summary>
    /// The lines that are whole now; empty ones are not among them. Throws <see cref="IOException"/> when it is no modem that speaks.
    /// </summary>
    public IReadOnlyList<string> Take(ReadOnlySpan<byte> octets)
    {
        var lines = new List<string>();
        foreach (var octet in octets)
        {
            if (octet is (byte)'\r' or (byte)'\n')
            {
                End(lines);
            }
            else if (octet == (byte)'>' && IsBlank())
            {
                _line.Clear();
                lines.Add(Prompt);
            }
            else if (octet >= (byte)' ')
            {
                _line.Append((char)octet);
                if (_line.Length > Longest)
                {
                    throw new IOException("what the device says is not what modems say: is it the right one of its ports?");
                }
            }
        }

        return lines;
    }

    private void End(List<string> lines)
    {
        if (!IsBlank())
        {
            lines.Add(_line.ToString().Trim(' '));
        }

        _line.Clear();
    }

    private bool IsBlank()
    {
        for (var i = 0; i < _line.Length; i++)
        {
            if (_line[i] != ' ')
            {
                return false;
            }
        }

        return true;
    }
}
