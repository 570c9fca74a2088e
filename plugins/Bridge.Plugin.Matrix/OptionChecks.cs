using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;

namespace Bridge.Plugin.Matrix;

/// <summary>What the types of <see cref="MatrixOptions"/> cannot say.</summary>
internal static partial class OptionChecks
{
    public static IEnumerable<OptionProblem> Of(MatrixOptions options) =>
    [
        .. OfHomeserver(options.Homeserver),
        .. OfMode(options),
        .. options.Appservice is { } appservice ? OfAppservice(appservice) : [],
        .. OfNames(options),
    ];

    private static IEnumerable<OptionProblem> OfHomeserver(Uri url)
    {
        if (url.Scheme is not ("http" or "https") || url.Host.Length == 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            yield return new("homeserver", "not the URL of a homeserver", "write https://host, such as https://matrix.example.org");
        }
        else if (url.UserInfo.Length > 0)
        {
            yield return new("homeserver", "a URL must not hold a user name or password", "remove them");
        }
        else if (url.Scheme == "http" && !url.IsLoopback)
        {
            yield return new("homeserver", "http:// shows everybody on the way the token and every message", "write https://, unless nobody else is on that network")
            {
                IsWarning = true,
            };
        }
    }

    private static IEnumerable<OptionProblem> OfMode(MatrixOptions options)
    {
        if (options.Appservice is null == options.AccessToken is null)
        {
            yield return new(
                "appservice", "a Matrix endpoint is either an application service or one account", "write either 'appservice: { file: /etc/bridge/registration.yaml }' or 'access_token'");
        }

        if (options.Encryption != EncryptionMode.Off)
        {
            yield return new("encryption", $"'{options.Encryption.ToString().ToLowerInvariant()}' does not work yet: this version of Bridge has no end-to-end encryption", "write 'encryption: off', and use rooms without encryption");
        }

        if (options.DoublePuppets is { } puppets && (options.Appservice is null || puppets.File is null == puppets.AsToken is null))
        {
            yield return options.Appservice is null
                ? new("double_puppets", "only an application service can speak as people", "remove it, or use 'appservice'")
                : new("double_puppets", "where its registration is must be said once", "write either 'file' or 'as_token'");
        }
    }

    private static IEnumerable<OptionProblem> OfAppservice(AppserviceOptions appservice)
    {
        if (appservice.File is not null && (appservice.Id ?? appservice.AsToken as object ?? appservice.HsToken) is not null)
        {
            yield return new("appservice.file", "the file holds id and tokens already", "write either 'file', or 'as_token' and 'hs_token'");
        }

        if (appservice.File is null && (appservice.AsToken is null || appservice.HsToken is null))
        {
            yield return new("appservice", "who the application service is is not said", "write 'file', or both 'as_token' and 'hs_token'");
        }

        if (appservice.Url is { } url && (url.Scheme is not ("http" or "https") || url.Query.Length > 0))
        {
            yield return new("appservice.url", "not a URL that a homeserver can call", "write http://host:port/endpoints/<endpoint>");
        }
    }

    private static IEnumerable<OptionProblem> OfNames(MatrixOptions options)
    {
        if (!Localpart().IsMatch(options.Ghosts.Prefix))
        {
            yield return new("ghosts.prefix", "not the beginning of a user id", "write 1 to 40 of a-z, 0-9, '.', '_', '-'");
        }

        if (GhostName.FaultOf(options.Ghosts.Name) is { } fault)
        {
            yield return new("ghosts.name", fault, "write a text with {{ sender.name }}, {{ sender.id }} or {{ endpoint }}");
        }

        if (!Localpart().IsMatch(options.Bot.User))
        {
            yield return new("bot.user", "not the first part of a user id", "write 1 to 40 of a-z, 0-9, '.', '_', '-'");
        }
        else if (options.Bot.User.StartsWith(options.Ghosts.Prefix, StringComparison.Ordinal))
        {
            yield return new("bot.user", "it begins like a ghost's", "write another name, or another ghosts.prefix");
        }

        if (options.Rooms.Version is { } version && !RoomVersion().IsMatch(version))
        {
            yield return new("rooms.version", "not a room version", "write 10, 11 or 12");
        }
    }

    [GeneratedRegex("^[a-z0-9._-]{1,40}$")]
    private static partial Regex Localpart();

    [GeneratedRegex("^[a-z0-9.-]{1,32}$")]
    private static partial Regex RoomVersion();
}
