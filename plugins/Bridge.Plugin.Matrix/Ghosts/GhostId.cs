using System.Globalization;
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

    /// <summary>
    /// Whom a ghost stands for, read from its id: there are several readings where an endpoint's name may have an underscore in it, and none where the sender was
    /// too long for an id, or no ghost has this id.
    /// </summary>
    public static EquatableArray<Address> Read(string userId, string prefix, string serverName)
    {
        List<Address> found = [];
        var name = userId[(1 + prefix.Length)..^(1 + serverName.Length)];
        for (var at = name.IndexOf('_', StringComparison.Ordinal); at > 0; at = name.IndexOf('_', at + 1))
        {
            var network = new EndpointId(name[..at]);
            if (Unescape(name[(at + 1)..]) is { Length: > 0 } sender && Of(prefix, network, new Sender(sender), serverName) == userId)
            {
                found.Add(new Address(network, sender));
            }
        }

        return EquatableArray.From(found);
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

    /// <summary>Null for what <see cref="Escape"/> cannot have written; whether it has, only escaping again tells.</summary>
    private static string? Unescape(string text)
    {
        var octets = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '_' when at + 1 < text.Length:
                    octets.Add((byte)char.ToUpperInvariant(text[++at]));
                    break;
                case '=' when at + 2 < text.Length
                    && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet):
                    octets.Add(octet);
                    at += 2;
                    break;
                case < (char)128 and not ('_' or '='):
                    octets.Add((byte)text[at]);
                    break;
                default:
                    return null;
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }
}
