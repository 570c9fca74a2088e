namespace Bridge.Plugin.Matrix.Media;

/// <summary>The paths of the media repository. Pure.</summary>
internal static class MediaPaths
{
    public const string Config = "/_matrix/client/v1/media/config";
    public const string OldConfig = "/_matrix/media/v3/config";

    public static string Upload(string name) => $"/_matrix/media/v3/upload?filename={Uri.EscapeDataString(name)}";

    public static string Download(MxcAddress medium) => $"/_matrix/client/v1/media/download/{Uri.EscapeDataString(medium.Server)}/{medium.Id}";

    public static string OldDownload(MxcAddress medium) => $"/_matrix/media/v3/download/{Uri.EscapeDataString(medium.Server)}/{medium.Id}";
}
