namespace Bridge.Plugin.Matrix.Text;

/// <summary>Which links are made, and which of them mean somebody. Pure.</summary>
internal static class MatrixLinks
{
    private const int Longest = 2048;
    private const int LongestUser = 255;
    private const string MatrixTo = "https://matrix.to/#/";
    private const string MatrixUser = "matrix:u/";

    /// <summary>True of an absolute http, https or mailto address without blanks and control characters.</summary>
    public static bool IsAllowed(string? target) =>
        target is { Length: > 0 and <= Longest }
        && !target.Any(letter => letter <= ' ' || char.IsControl(letter) || char.IsWhiteSpace(letter) || char.IsSurrogate(letter))
        && Uri.TryCreate(target, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeMailto);

    /// <summary>The user a link means: of <c>matrix.to</c>, or of a <c>matrix:</c> address.</summary>
    public static string? UserOf(string? target)
    {
        string? user = null;
        if (target is null or { Length: > Longest })
        {
            return null;
        }

        if (target.StartsWith(MatrixTo, StringComparison.OrdinalIgnoreCase))
        {
            user = Uri.UnescapeDataString(Before(target[MatrixTo.Length..], '?'));
        }
        else if (target.StartsWith(MatrixUser, StringComparison.OrdinalIgnoreCase))
        {
            user = "@" + Uri.UnescapeDataString(Before(target[MatrixUser.Length..], '?'));
        }

        return IsUser(user) ? user : null;
    }

    /// <summary>True of a Matrix user id.</summary>
    public static bool IsUser(string? user) =>
        user is { Length: > 3 and <= LongestUser } && user[0] == '@'
        && user.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon && colon < user.Length - 1
        && user.All(letter => letter is > ' ' and < '\u007f' and not ('?' or '"' or '<' or '>'));

    /// <summary>The link that means this user.</summary>
    public static string To(string user) =>
        MatrixTo + Uri.EscapeDataString(user).Replace("%40", "@", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal);

    private static string Before(string text, char end) => text.IndexOf(end, StringComparison.Ordinal) is >= 0 and var at ? text[..at] : text;
}
