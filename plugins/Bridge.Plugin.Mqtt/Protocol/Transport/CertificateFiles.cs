using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>
/// The PEM files of an endpoint's TLS. They are read again when one of them has changed: a renewed certificate counts from the next connection on.
/// </summary>
/// <param name="ca">Authorities that the peer's certificate must come from; null for those of the operating system.</param>
/// <param name="cert">Our certificate, followed by intermediate ones; null for none.</param>
/// <param name="key">Its private key.</param>
/// <param name="options">The options' common name, such as <c>tls</c>, for what is said about them.</param>
internal sealed class CertificateFiles(string? ca, string? cert, string? key, string options)
{
    private readonly Lock _gate = new();
    private Certificates? _read;
    private (string, long, DateTime)[] _stamp = [];

    /// <summary>As the files are now. What is wrong with one is a <see cref="TransportException"/>.</summary>
    public Certificates Read()
    {
        lock (_gate)
        {
            var stamp = Stamp();
            if (_read is null || !stamp.AsSpan().SequenceEqual(_stamp))
            {
                (_read, _stamp) = (new Certificates(Own(), Authorities()), stamp);
            }

            return _read;
        }
    }

    /// <summary>
    /// As <see cref="Read"/>; but once they could be read, files that cannot (half written, perhaps) change nothing: a broker goes on with what it
    /// had.
    /// </summary>
    public Certificates Latest()
    {
        try
        {
            return Read();
        }
        catch (TransportException) when (_read is not null)
        {
            return _read;
        }
    }

    /// <summary>
    /// Whether the files have changed since they were read last, and can be used as they are now: a half-written one is waited for.
    /// </summary>
    public bool AreRenewed()
    {
        lock (_gate)
        {
            if (Stamp().AsSpan().SequenceEqual(_stamp))
            {
                return false;
            }

            try
            {
                Read();
                return true;
            }
            catch (TransportException)
            {
                return false;
            }
        }
    }

    private (string Path, long Length, DateTime Written)[] Stamp() =>
    [
        .. new[] { ca, cert, key }.OfType<string>().Select(path => new FileInfo(path))
            .Select(file => (file.FullName, file.Exists ? file.Length : -1, file.Exists ? file.LastWriteTimeUtc : default)),
    ];

    private OwnCertificate? Own()
    {
        if (cert is null || key is null)
        {
            return null;
        }

        var chain = Import("cert", cert);
        var leaf = WithKey(chain[0], Text("key", key));
        chain.RemoveAt(0);
        return new OwnCertificate(leaf, chain);
    }

    private X509Certificate2Collection? Authorities() => ca is null ? null : Import("ca", ca);

    private X509Certificate2 WithKey(X509Certificate2 leaf, string pem)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw Fault("key", "is protected by a passphrase: take the passphrase off (openssl pkey -in KEY -out KEY.plain) and protect the file by its permissions");
        }

        try
        {
            return X509Certificate2.CreateFromPem(leaf.ExportCertificatePem(), pem);
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                ? Fault("key", $"does not belong to the certificate in {options}.cert: name the key that the certificate was made for")
                : Fault("key", "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
        }
    }

    private X509Certificate2Collection Import(string option, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Text(option, path));
        }
        catch (CryptographicException)
        {
            throw Fault(option, "holds a certificate that cannot be read: it must be PEM, and whole");
        }

        return certificates.Count > 0 ? certificates : throw Fault(option, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }

    private string Text(string option, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fault(option, "does not exist: write the path of a PEM file");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Fault(option, "cannot be read: let the user that runs Bridge read it");
        }
    }

    private TransportException Fault(string option, string what) => new($"the file of {options}.{option} {what}");
}

/// <param name="Own">What we show; null for nothing.</param>
/// <param name="Authorities">Whom we trust; null for the operating system's.</param>
internal sealed record Certificates(OwnCertificate? Own, X509Certificate2Collection? Authorities)
{
    /// <summary>How the peer's certificate is checked.</summary>
    public X509ChainPolicy Policy(Oid purpose)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(purpose);
        if (Authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Authorities);
        }

        return policy;
    }
}

/// <summary>Our certificate with its private key and the intermediate certificates that are sent with it.</summary>
internal sealed class OwnCertificate(X509Certificate2 leaf, X509Certificate2Collection intermediates)
{
    public System.Net.Security.SslStreamCertificateContext Context { get; } =
        System.Net.Security.SslStreamCertificateContext.Create(leaf, intermediates, offline: true);

    public DateTime Ends => leaf.NotAfter.ToUniversalTime();
}
