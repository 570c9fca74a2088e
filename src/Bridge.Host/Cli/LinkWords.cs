using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary>How links are written for people.</summary>
internal static class LinkWords
{
    public static string Of(LinksReport links)
    {
        var made = links.Made > 0 ? $" ({links.Made} made at run time)" : "";
        var waiting = links.Waiting > 0 ? $" ({links.Waiting} not made yet)" : "";
        return $"{Words.Count(links.Links, "link")}{made}, {Words.Count(links.Portals, "portal")}{waiting}";
    }
}
