namespace Bridge.Plugin.Matrix.Media;

/// <summary>Where a medium is: <c>mxc://server/id</c>.</summary>
internal readonly record struct MxcAddress(string Server, string Id)
{
    private const int Longest = 500;

    /// <summary>Null for anything else: what is in it goes into paths.</summary>
    public static MxcAddress? Of(string? text)
    {
        const string Scheme = "mxc://";
        if (text is not { Length: <= Longest } || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = text[Scheme.Length..].Split('/');
        return parts.Length == 2 && parts[0].Length > 0 && parts[0].All(IsOfAServer) && parts[1].Length > 0 && parts[1].All(IsOfAnId)
            ? new MxcAddress(parts[0], parts[1]) : null;
    }

    /// <summary>As events spell it. Unprintable elsewhere: it names a server.</summary>
    public string Full => $"mxc://{Server}/{Id}";

    /// <summary>Nothing of it.</summary>
    public override string ToString() => "(a medium)";

    private static bool IsOfAServer(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or ':' or '[' or ']';

    private static bool IsOfAnId(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';
}
