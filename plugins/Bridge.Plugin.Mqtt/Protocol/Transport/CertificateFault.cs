using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>Says in a sentence, with a cure, why the broker's certificate is not accepted.</summary>
internal sealed class CertificateFault(TimeProvider clock)
{
    /// <summary>Null when nothing was found wrong.</summary>
    public string? Sentence { get; private set; }

    public bool IsNone(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Sentence = errors == SslPolicyErrors.None ? null : SentenceOf(certificate as X509Certificate2, chain, errors);
        return Sentence is null;
    }

    private string SentenceOf(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the broker shows no certificate: give it one, or use mqtt:// on a trusted network";
        }

        var now = clock.GetUtcNow();
        if (certificate.NotAfter < now.LocalDateTime)
        {
            return $"the broker's certificate expired on {Day(certificate.NotAfter)}: renew it at the broker";
        }

        if (certificate.NotBefore > now.LocalDateTime)
        {
            return $"the broker's certificate counts from {Day(certificate.NotBefore)} only: check the clocks of both machines";
        }

        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        bool Has(X509ChainStatusFlags any) => (status & any) != X509ChainStatusFlags.NoError;
        if (Has(X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid))
        {
            return "the broker's certificate is signed by an authority that Bridge does not know: write the file of that authority's certificate as 'tls.ca'";
        }

        if (Has(X509ChainStatusFlags.NotTimeValid))
        {
            return "a certificate between the broker's and its authority has expired: renew it at the broker, and what 'tls.ca' names";
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? "the broker's certificate is for another host name: write in 'url' the name that the certificate holds (see openssl x509 -noout -ext subjectAltName), "
              + "or let it hold the name used there"
            : $"the broker's certificate is not accepted ({status}): renew it at the broker";
    }

    private static string Day(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
