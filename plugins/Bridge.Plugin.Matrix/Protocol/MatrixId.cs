using System.Text;

namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>The names of users, rooms and aliases. Pure.</summary>
internal static class MatrixId
{
    private const int Longest = 255;

    /// <summary>What is wrong with the rest of an address, or null.</summary>
    public static string? FaultOfConversation(string rest)
    {
        if (Encoding.UTF8.GetByteCount(rest) > Longest || rest.Length < 2 || rest.AsSpan().ContainsAny(" \t\r\n\0"))
        {
            return "not a Matrix room: write !room:server, #alias:server or @user:server";
        }

        return rest[0] switch
        {
            '!' => null, // from room version 12 on there is no server in it
            '#' or '@' when ServerOf(rest).Length > 0 && rest[1] != ':' => null,
            '#' or '@' => $"there is no server in it: write {rest[0]}name:server",
            _ => "not a Matrix room: write !room:server, #alias:server or @user:server",
        };
    }

    /// <summary>What follows the first colon; empty when there is none.</summary>
    public static string ServerOf(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : id[(colon + 1)..];
    }

    /// <summary>Between sigil and colon; empty when there is none.</summary>
    public static string LocalpartOf(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        return colon < 1 ? "" : id[1..colon];
    }

    public static bool IsUser(string id) => id.Length is > 3 and <= Longest && id[0] == '@' && LocalpartOf(id).Length > 0 && ServerOf(id).Length > 0;
}
