namespace Bridge.Plugin.Sms.Http;

/// <summary>
/// Queries and forms: bytes of any charset, percent-encoded, so they must not be taken for UTF-8 before it is known what they are.
/// </summary>
internal static class PercentCoding
{
    /// <summary>Names and bytes in order. What is no escape stands for itself.</summary>
    public static IEnumerable<(string Name, byte[] Value)> ReadQuery(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (pair, []) : (pair[..equals], Read(pair.AsSpan(equals + 1)));
        }
    }

    /// <summary>A plus is a space.</summary>
    public static byte[] Read(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.AddRange(Convert.FromHexString(text.Slice(i + 1, 2)));
                i += 2;
            }
            else
            {
                bytes.Add(text[i] == '+' ? (byte)' ' : (byte)text[i]);
            }
        }

        return [.. bytes];
    }
}
