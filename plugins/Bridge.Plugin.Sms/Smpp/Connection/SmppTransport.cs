using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bridge.Plugin.Sms.Smpp.Connection;

/// <summary>
/// Reaches an SMS centre by TCP (<c>smpp</c>) or TLS (<c>smpps</c>). What fails is an <see cref="IOException"/> in words, with a cure and without names
/// of hosts.
/// </summary>
internal sealed class SmppTransport(Uri url, SmppTlsOptions? tls)
{
    private const int DefaultPort = 2775;
    private const int DefaultSecurePort = 3550;
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    private bool IsSecure => url.Scheme == "smpps";

    /// <summary>Disposing the stream closes the connection.</summary>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(url.DnsSafeHost, url.Port > 0 ? url.Port : IsSecure ? DefaultSecurePort : DefaultPort, cancellationToken);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException("the SMS centre cannot be reached: " + Explain(failure.SocketErrorCode), failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        return IsSecure ? await SecureAsync(stream, cancellationToken) : stream;
    }

    private async Task<Stream> SecureAsync(NetworkStream connection, CancellationToken cancellationToken)
    {
        var stream = new SslStream(connection);
        var fault = SslPolicyErrors.None;
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = url.DnsSafeHost,
                    ClientCertificateContext = Own(),
                    CertificateChainPolicy = Policy(),
                    RemoteCertificateValidationCallback = (_, _, _, errors) => tls?.Verify == false || (fault = errors) == SslPolicyErrors.None,
                },
                cancellationToken);
            return stream;
        }
        catch (Exception failure)
        {
            await stream.DisposeAsync();
            throw failure switch
            {
                CryptographicException or ArgumentException =>
                    new IOException("a file of driver.tls holds no certificate, or no key of it, in PEM form"),
                FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException =>
                    new IOException("a file of driver.tls cannot be read: check its path, and who may read it"),
                AuthenticationException or IOException => new IOException(Explain(fault)),
                _ => failure,
            };
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(s_serverAuthentication);
        if (tls?.Ca is { } file)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPemFile(file.FullName);
        }

        return policy;
    }

    private SslStreamCertificateContext? Own()
    {
        if (tls is not { Cert: { } cert, Key: { } key })
        {
            return null;
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(cert.FullName);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(cert.FullName, key.FullName), chain, offline: true);
    }

    private static string Explain(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "nothing listens at that host and port (ConnectionRefused): check the port in driver.url",
        SocketError.HostNotFound or SocketError.NoData => "there is no such host (HostNotFound): check the name in driver.url",
        SocketError.TryAgain => "the name of its host cannot be looked up now (TryAgain): check DNS",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable =>
            $"there is no way to its host ({error}): check the network, and a VPN where it needs one",
        _ => $"its host does not answer ({error}): most SMS centres answer only addresses that they know; ask your provider to add yours",
    };

    private static string Explain(SslPolicyErrors fault) => fault switch
    {
        _ when fault.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
            "the SMS centre's certificate is for another host name: write in driver.url the name that it holds",
        SslPolicyErrors.RemoteCertificateChainErrors =>
            "the SMS centre's certificate is out of date, or signed by an authority that Bridge does not know: write the file of that authority's "
            + "certificate as driver.tls.ca",
        _ => "TLS with the SMS centre failed: check that driver.url names its TLS port, and whether it wants a certificate of Bridge (driver.tls.cert and "
            + "driver.tls.key)",
    };
}
