using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bridge.Plugins.Tests.Mqtt.Transport;

/// <summary>An authority, and certificates that it signed, as PEM files in a folder of their own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly string _folder = Directory.CreateTempSubdirectory("certificates-").FullName;
    private int _serial;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(Now.AddYears(-3), Now.AddYears(3));
        File.WriteAllText(Ca, _authority.ExportCertificatePem());
        Server = Issue("server");
        Client = Issue("client");
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string Ca => Path.Combine(_folder, "ca.pem");

    /// <summary>For localhost and 127.0.0.1.</summary>
    public (string Cert, string Key) Server { get; }

    public (string Cert, string Key) Client { get; }

    /// <summary>Writes NAME.pem and NAME.key; again, with another key, when they exist.</summary>
    public (string Cert, string Key) Issue(string name, string host = "localhost", int fromDay = -1, int toDay = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        if (host == "localhost")
        {
            names.AddIpAddress(System.Net.IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(_authority, Now.AddDays(fromDay), Now.AddDays(toDay), BitConverter.GetBytes(++_serial));
        var (cert, keyFile) = (Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(cert, certificate.ExportCertificatePem());
        return (cert, keyFile);
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
