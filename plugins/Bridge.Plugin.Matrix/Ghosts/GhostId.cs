using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Ghosts;

/// <summary>The user ids of ghosts: prefix, the far endpoint's name and the far sender's id, escaped so that two senders never share one. Pure.</summary>
internal static class GhostId
{
    private const int LongestUserId = 255;

    public static string Of(string prefix, EndpointId network, Sender sender, string serverName)
    {
        var localpart = $"{prefix}{network.Value}_{Escape(sender.Value)}";
        if (1 + Encoding.UTF8.GetByteCount(localpart) + 1 + Encoding.UTF8.GetByteCount(serverName) > LongestUserId)
        {
            localpart = $"{prefix}{network.Value}_=h{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sender.Value)))[..40]}";
        }

        return $"@{localpart}:{serverName}";
    }

    public static bool IsGhost(string userId, string prefix, string serverName) =>
        userId.Length > prefix.Length + serverName.Length + 2 && userId[0] == '@' && userId.AsSpan(1).StartsWith(prefix, StringComparison.Ordinal)
        && userId.AsSpan().EndsWith(serverName, StringComparison.Ordinal) && userId[^(serverName.Length + 1)] == ':';

    /// <summary>For the registration: every ghost of this server, and nobody else.</summary>
    public static string Pattern(string prefix, string serverName) => $"^@{Regex.Escape(prefix)}.*:{Regex.Escape(serverName)}$";

    /// <summary>As the specification suggests: capitals behind an underscore, other bytes as <c>=hh</c>. '+' is escaped too: older servers refuse it.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = (char)octet switch
            {
                (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-' => escaped.Append((char)octet),
                >= 'A' and <= 'Z' => escaped.Append('_').Append((char)(octet + 32)),
                '_' => escaped.Append("__"),
                _ => escaped.Append('=').Append(octet.ToString("x2")),
            };
        }

        return escaped.ToString();
    }
}
