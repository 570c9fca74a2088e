using System.Net;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Sealing;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads the small sections: version, defaults, storage, http, telemetry, access.</summary>
internal sealed class SectionBinder(MapReader root, Report report)
{
    private static readonly Dictionary<string, int> s_logLevels = LogLevels.Index().ToDictionary(level => level.Item, level => level.Index, StringComparer.Ordinal);

    public static IReadOnlyList<string> LogLevels => ["trace", "debug", "info", "warn", "error"];

    public void BindVersion()
    {
        var version = root.TakeScalar("version");
        if (root.Map.Find("version") is null)
        {
            report.Add(DiagnosticKinds.MissingKey, root.Map.Position, "the configuration needs 'version'", "begin with 'version: 1'");
        }
        else if (version is not null && version.Value != "1")
        {
            report.Add(DiagnosticKinds.UnknownVersion, version.Position, $"this version of Bridge does not read version {version.Shown}");
        }
    }

    public (TimeZoneInfo Zone, RouteDefaults Routes) BindDefaults()
    {
        if (Section("defaults") is not { } map)
        {
            return (TimeZoneInfo.Local, new RouteDefaults());
        }

        var zone = BindZone(map.TakeScalar("timezone"));
        var defaults = new RouteDefaults(map.TakeDuration("cooldown"), map.TakeChoice("retained", RouteDefaults.RetainedModes), map.TakeDuration("max_age"));
        map.Finish(["severity", "quiet", "expiry", "retry"]);
        return (zone, defaults);
    }

    public (string? Folder, ConfiguredKey? Key, KeepConfig Keep) BindStorage()
    {
        if (Section("storage") is not { } map)
        {
            return (null, null, new KeepConfig());
        }

        var folder = map.TakeScalar("folder");
        var key = map.TakeMap("encryption") is { } encryption ? BindKey(encryption) : null;
        var keep = map.TakeMap("keep") is { } kept ? BindKeep(kept) : new KeepConfig();
        map.Finish(["postgres", "backup"]);
        return (BindFolder(folder), key, keep);
    }

    public HttpConfig? BindHttp()
    {
        if (Section("http") is not { } map)
        {
            return null;
        }

        var listen = map.TakeScalar("listen");
        var url = BindUrl(map.TakeScalar("public_url"));
        var token = new TokenReader(report).Read(map.TakeScalar("metrics_token"), "metrics_token");
        map.Finish(["tls"]);
        if (map.Map.Find("listen") is null)
        {
            map.Missing("listen");
        }

        if (listen is null or { IsUnresolved: true })
        {
            return null;
        }

        if (IPEndPoint.TryParse(listen.Value.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var address) && listen.Value.Contains(':'))
        {
            return new HttpConfig(address, url, token);
        }

        report.Add(DiagnosticKinds.BadListen, listen.Position, $"{listen.Shown} is no address to listen on");
        return null;
    }

    public (string LogLevel, Uri? Otlp) BindTelemetry()
    {
        if (Section("telemetry") is not { } map)
        {
            return ("info", null);
        }

        var level = map.TakeChoice("log", s_logLevels) ?? s_logLevels["info"];
        var otlp = BindUrl(map.TakeScalar("otlp"));
        map.Finish();
        return (s_logLevels.First(known => known.Value == level).Key, otlp);
    }

    /// <param name="binder">Of a section that needs more than itself.</param>
    /// <param name="http">Whether there is a listener.</param>
    public AccessConfig BindAccess(AccessBinder binder, HttpConfig? http) => Section("access") is { } map ? binder.Bind(map, served: http is not null) : AccessConfig.Nobody;

    /// <summary>The folder that relative paths of a file start from.</summary>
    public static string FolderOf(SourcePosition position) => Path.GetDirectoryName(Path.GetFullPath(position.File)) ?? "/";

    private MapReader? Section(string name)
    {
        var node = root.TakeSection(name);
        switch (node)
        {
            case null or ScalarNode { IsNull: true }:
                return null;
            case MappingNode map:
                return new MapReader(map, Report.Quote(name), report);
            default:
                root.Wrong(node, name, "a map");
                return null;
        }
    }

    private TimeZoneInfo BindZone(ScalarNode? node)
    {
        if (node is null or { IsUnresolved: true })
        {
            return TimeZoneInfo.Local;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(node.Value, out var zone))
        {
            return zone;
        }

        report.Add(DiagnosticKinds.BadZone, node.Position, $"there is no time zone {node.Shown}", node.IsReference ? null : NearZone(node.Value));
        return TimeZoneInfo.Local;
    }

    // Names of cities are short and alike: Munich is two slips from Zurich. So only one slip counts, or the right city under another region.
    private static string? NearZone(string written)
    {
        var known = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).ToList();
        var city = written[(written.LastIndexOf('/') + 1)..];
        return known.Find(id => city.Length > 0 && id.EndsWith('/' + city, StringComparison.OrdinalIgnoreCase)) is { } same
            ? $"did you mean '{same}'?"
            : Suggestion.For(written, known, most: 1);
    }

    private string? BindFolder(ScalarNode? node)
    {
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        if (node.Value.Length == 0)
        {
            report.Add(DiagnosticKinds.NoValue, node.Position, "'folder' is empty");
            return null;
        }

        return Path.GetFullPath(node.Value, FolderOf(node.Position));
    }

    private ConfiguredKey? BindKey(MapReader map)
    {
        var key = map.TakeScalar("key");
        var passphrase = map.TakeScalar("passphrase");
        map.Finish();
        if (map.Map.Find("key") is null && map.Map.Find("passphrase") is null)
        {
            map.Missing("key", "add 'key', or 'passphrase'");
        }

        if (key is not null && passphrase is not null)
        {
            report.Add(DiagnosticKinds.TwoKeys, passphrase.Position, "'key' and 'passphrase' stand together");
        }

        if ((key ?? passphrase) is not { IsUnresolved: false } given)
        {
            return null;
        }

        if (!new SecretCheck(report).Passes(given, key is null ? "passphrase" : "key"))
        {
            return null;
        }

        if (key is not null && !IsKey(key.Value))
        {
            report.Add(DiagnosticKinds.BadEncryptionKey, key.Position, "'key' is not an encryption key");
        }
        else if (key is null && given.Value.Length < KeySource.ShortestPassphrase)
        {
            report.Add(
                DiagnosticKinds.ShortPassphrase, given.Position,
                $"'passphrase' has fewer than {KeySource.ShortestPassphrase} characters: no new data folder begins with it");
        }

        return new ConfiguredKey(new Secret(given.Value), IsPassphrase: key is null);
    }

    private static bool IsKey(string text)
    {
        var bytes = new byte[48];
        return text.Length == 64 ? text.All(char.IsAsciiHexDigit) : text.Length == 44 && Convert.TryFromBase64String(text, bytes, out var length) && length == 32;
    }

    private KeepConfig BindKeep(MapReader map)
    {
        var keep = new KeepConfig(BindTime(map, "messages"), BindTime(map, "attachments"), BindTime(map, "ids"));
        map.Finish();
        if (keep.Ids is { } ids && (keep.Messages is null || ids < keep.Messages))
        {
            report.Add(DiagnosticKinds.BadKeep, map.Map.Find("ids")!.Position, "'ids' would go before the messages they belong to");
        }
        else if (keep.Ids < KeepConfig.ShortestOfIds)
        {
            report.Add(DiagnosticKinds.BadKeep, map.Map.Find("ids")!.Position, "'ids' would go while networks still tell again what they told: some are read back for a week");
        }

        return keep;
    }

    private TimeSpan? BindTime(MapReader map, string key)
    {
        var time = map.TakeDuration(key);
        if (time < KeepConfig.Shortest)
        {
            report.Add(DiagnosticKinds.BadKeep, map.Map.Find(key)!.Position, $"'{key}' is too short: what is kept must outlive what is under way");
        }

        return time;
    }

    private Uri? BindUrl(ScalarNode? node)
    {
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        if (Uri.TryCreate(node.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
        {
            return url;
        }

        if (node.Value.Contains('@'))
        {
            // Not quoted: what stands before the @ may be a password.
            report.Add(DiagnosticKinds.BadUrl, node.Position, "a URL must not hold a user name or password", "take it out of the URL");
            return null;
        }

        report.Add(DiagnosticKinds.BadUrl, node.Position, $"{node.Shown} is no http or https URL");
        return null;
    }
}
