using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt;

/// <summary>What the types of <see cref="MqttOptions"/> cannot say.</summary>
internal static class OptionChecks
{
    /// <summary>Above this the duplicate window could span too many of the 65,535 packet ids; see docs/decisions/0201.</summary>
    public const int MaxReceiveMaximum = 16_384;

    public static IEnumerable<OptionProblem> Of(MqttOptions options)
    {
        if (options.Url is null == options.Embedded is null)
        {
            yield return new("url", "an MQTT endpoint is either a client or a broker", "write either 'url: mqtt://host:1883' or 'embedded: {}'");
        }

        if (options.Url is { } url && OfUrl(url) is { } problem)
        {
            yield return problem;
        }

        foreach (var fault in options.Tls is { } tls ? OfTls(options, tls) : [])
        {
            yield return fault;
        }

        foreach (var fault in OfAnnouncement("will", options.Will).Concat(OfAnnouncement("birth", options.Birth)).Concat(OfClient(options)))
        {
            yield return fault;
        }
    }

    private static IEnumerable<OptionProblem> OfClient(MqttOptions options)
    {
        if (options.Protocol is not ("5" or "3.1.1"))
        {
            yield return new("protocol", "there is no such protocol version", "write 5 or 3.1.1");
        }

        if (options.Password is not null && options.Username is null)
        {
            yield return new("password", "a password needs a user name", "add 'username'");
        }

        if (options.ReceiveMaximum is < 1 or > MaxReceiveMaximum)
        {
            yield return new("receive_maximum", "out of range", $"write a number from 1 to {MaxReceiveMaximum}");
        }

        if (options.MaxPacket.Bytes is < 128 or > 268_435_460)
        {
            yield return new("max_packet", "out of range", "write a size from 128B to 268MB");
        }

        if (options.KeepAlive < TimeSpan.Zero || options.KeepAlive.TotalSeconds > ushort.MaxValue)
        {
            yield return new("keep_alive", "out of range", "write a duration up to 18h, or 0");
        }

        if (options.Session.ClientId is { } id && (id.Length == 0 || id.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(id) > 256))
        {
            yield return new("session.client_id", "not a usable client id", "write 1 to 256 bytes of text");
        }
    }

    private static OptionProblem? OfUrl(Uri url)
    {
        if (!string.IsNullOrEmpty(url.UserInfo))
        {
            return new("url", "a URL must not hold a user name or password", "use 'username' and 'password'");
        }

        return url.Scheme switch
        {
            not ("mqtt" or "mqtts" or "ws" or "wss") => new(
                "url", "the URL does not begin with mqtt://, mqtts://, ws:// or wss://", "write mqtt://host:port, such as mqtt://broker.lan:1883"),
            _ when url.Port == 0 => new("url", "there is no port 0", $"write {url.Scheme}://host:port, with a port from 1 to 65535"),
            "mqtt" or "mqtts" when url.AbsolutePath.Length > 1 || url.Query.Length > 0 || url.Host.Length == 0 => new(
                "url", "the URL of a broker is a host and a port", $"write {url.Scheme}://host:port, such as {url.Scheme}://broker.lan:{DefaultPortOf(url)}"),
            _ when url.Fragment.Length > 0 || url.Host.Length == 0 => new("url", "the URL of a broker is a host, a port and a path", $"write {url.Scheme}://host:port/mqtt"),
            _ => null,
        };
    }

    private static IEnumerable<OptionProblem> OfAnnouncement(string option, AnnouncementOptions? announcement)
    {
        if (announcement is not null && Topic.FaultOfName(announcement.Topic) is { } fault)
        {
            yield return new($"{option}.topic", fault, "write a topic such as bridge/status");
        }

        if (announcement?.Qos is < 0 or > 2)
        {
            yield return new($"{option}.qos", "there is no such quality of service", "write 0, 1 or 2");
        }

        if (announcement is not null && Encoding.UTF8.GetByteCount(announcement.Payload) > ushort.MaxValue)
        {
            yield return new($"{option}.payload", "longer than 65,535 bytes, the most MQTT can carry here", "write a shorter one");
        }
    }

    private static int DefaultPortOf(Uri url) => url.Scheme == "mqtts" ? 8883 : 1883;

    private static IEnumerable<OptionProblem> OfTls(MqttOptions options, TlsOptions tls)
    {
        if (options.Url?.Scheme is "mqtt" or "ws")
        {
            yield return new("tls", $"{options.Url.Scheme}:// is not encrypted, so nothing uses this", options.Url.Scheme == "ws" ? "write wss:// in 'url'" : "write mqtts:// in 'url'");
        }

        if (tls.Cert is null != tls.Key is null)
        {
            yield return tls.Cert is null
                ? new("tls.cert", "a key needs its certificate", "add 'cert', or remove 'key'")
                : new("tls.key", "a certificate needs its key", "add 'key', or remove 'cert'");
        }

        if (!tls.Verify)
        {
            yield return new("tls.verify", "whoever answers at that address can read and change everything", "write the authority's certificate as 'ca' and remove 'verify'")
            {
                IsWarning = true,
            };
        }
    }
}
