namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>What the broker's TLS says about us. In TLS 1.3 it says so after the handshake, when the first bytes are read.</summary>
internal static class TlsAlert
{
    public const string NotTls = "TLS with the broker failed: check that 'url' names the port of its TLS listener (usually 8883), and that it speaks TLS 1.2 or later";

    /// <summary>
    /// Null when nothing in the exceptions is an alert about our certificate. .NET has no code for them, so the words of OpenSSL are read.
    /// </summary>
    public static string? Explain(Exception problem, OwnCertificate? own)
    {
        for (var inner = problem; inner is not null; inner = inner.InnerException)
        {
            if (!inner.Message.Contains("alert", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (own is null)
            {
                return "the broker wants a certificate of Bridge: write 'tls.cert' and 'tls.key'";
            }

            return inner.Message.Contains("expired", StringComparison.OrdinalIgnoreCase)
                ? $"the broker says that Bridge's certificate ('tls.cert') has expired; it counts until {own.Ends:yyyy-MM-dd}: renew it"
                : "the broker does not accept Bridge's certificate ('tls.cert'): let an authority that the broker trusts sign it";
        }

        return null;
    }

    /// <summary>The broker closed after TLS and before MQTT. The alert that said why may have been lost with the connection.</summary>
    public static string ExplainClose(Exception problem, OwnCertificate? own) => Explain(problem, own) ?? (own is null
        ? "the broker closed the connection after TLS began; it probably wants a certificate of Bridge: write 'tls.cert' and 'tls.key', or see the broker's log"
        : "the broker closed the connection after TLS began; it probably does not accept Bridge's certificate ('tls.cert'): see the broker's log");
}
