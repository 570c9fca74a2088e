using System.Net;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Where the broker listens, with what certificate, and whom it meets there.</summary>
internal static class ListenChecks
{
    public static IEnumerable<OptionProblem> Of(EmbeddedOptions options)
    {
        var addresses = new List<ListenAddress>();
        foreach (var text in options.Listen)
        {
            if (ListenAddress.Parse(text) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                yield return new(
                    "embedded.listen", "not an IP address with a port",
                    "write 127.0.0.1:1883, or 0.0.0.0:1883 for all interfaces; before it mqtt://, mqtts://, ws:// or wss://, and behind it a path for the last two");
            }
        }

        foreach (var problem in OfAddresses(options, addresses).Concat(OfTls(options, addresses)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> OfAddresses(EmbeddedOptions options, List<ListenAddress> addresses)
    {
        if (options.Listen.Count == 0)
        {
            yield return new("embedded.listen", "the broker listens nowhere", "write 127.0.0.1:1883");
        }

        if (addresses.Where(address => address.At.Port != 0).GroupBy(address => address.At).Any(same => same.Count() > 1))
        {
            yield return new("embedded.listen", "an address stands twice", "give each scheme a port of its own");
        }

        if (addresses.Exists(address => !IPAddress.IsLoopback(address.At.Address)) && OfExposure(options) is { } exposure)
        {
            yield return exposure;
        }

        if (options.Origins.Count > 0 && !addresses.Exists(address => address.IsWebSocket))
        {
            yield return new("embedded.origins", "no address is one for WebSocket", "listen on ws:// or wss:// too, or remove it") { IsWarning = true };
        }
    }

    private static IEnumerable<OptionProblem> OfTls(EmbeddedOptions options, List<ListenAddress> addresses)
    {
        var isSecure = addresses.Exists(address => address.IsSecure);
        if (isSecure && options.Tls is null)
        {
            yield return new("embedded.tls", "mqtts:// and wss:// need a certificate", "add 'tls: { cert: ..., key: ... }'");
        }

        if (!isSecure && addresses.Count > 0 && options.Tls is not null)
        {
            yield return new("embedded.tls", "no address uses the certificate", "listen on mqtts:// or wss:// too, such as mqtts://0.0.0.0:8883")
            {
                IsWarning = true,
            };
        }

        if (options.Tls is { CertificateUser: true, Ca: null })
        {
            yield return new("embedded.tls.certificate_user", "clients are not asked for a certificate", "add 'ca', the authority that signs theirs");
        }
    }

    private static OptionProblem? OfExposure(EmbeddedOptions options) => options.Anonymous switch
    {
        AnonymousAccess.Always => new(
            "embedded.anonymous", "whoever reaches the port may publish and subscribe to everything", "write 'anonymous: loopback' and give each device a user")
        {
            IsWarning = true,
        },
        _ when options.Users.Count > 0 => null,
        _ => new("embedded.listen", "nobody outside this machine can connect: there are no users", "add 'users', or listen on 127.0.0.1") { IsWarning = true },
    };
}
