using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>What one listener lays over an accepted TCP connection: nothing, TLS, WebSocket, or WebSocket over TLS.</summary>
/// <param name="certificates">Null for no TLS. With authorities in it, clients must show a certificate of theirs.</param>
/// <param name="webSocket">Null for no WebSocket.</param>
/// <param name="clock">For closing.</param>
internal sealed class ServerTransport(CertificateFiles? certificates, WebSocketRules? webSocket, TimeProvider clock)
{
    private const string CommonName = "2.5.4.3";
    private static readonly Oid s_clientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>
    /// The stream of the MQTT packets; disposing it closes the connection. Throws <see cref="TransportException"/> (bad TLS, not a WebSocket client,
    /// our own files),
    /// <see cref="IOException"/> (the client went) or on cancellation, and has then closed the connection.
    /// </summary>
    public async Task<AcceptedStream> AcceptAsync(Stream connection, CancellationToken cancellationToken)
    {
        var stream = connection;
        try
        {
            var secure = certificates is null ? null : await SecureAsync(connection, certificates.Latest(), cancellationToken);
            stream = secure ?? stream;
            var name = NameOf(secure?.RemoteCertificate as X509Certificate2);
            return new(webSocket is null ? stream : await WebSocketHandshake.AnswerAsync(stream, webSocket, clock, cancellationToken), name);
        }
        catch
        {
            await stream.DisposeAsync();
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<SslStream> SecureAsync(Stream connection, Certificates files, CancellationToken cancellationToken)
    {
        var stream = new SslStream(connection);
        var asks = files.Authorities is not null;
        var showsNone = false;
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = files.Own?.Context,
                    ClientCertificateRequired = asks,
                    CertificateChainPolicy = files.Policy(s_clientAuthentication),
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    {
                        showsNone = certificate is null;
                        return !asks || errors == SslPolicyErrors.None;
                    },
                    EnabledSslProtocols = SslProtocols.None,
                },
                cancellationToken);
            return stream;
        }
        catch (AuthenticationException problem)
        {
            await stream.DisposeAsync();
            throw new TransportException(
                asks && showsNone
                    ? "a client did not begin TLS as it should, or showed no certificate: give it one that an authority of the 'ca' file has signed"
                    : "a client did not begin TLS as it should, or does not trust our certificate, or we do not trust its own",
                problem);
        }
    }

    /// <summary>Its one common name; null when it has none, or several.</summary>
    private static string? NameOf(X509Certificate2? certificate)
    {
        var names = certificate?.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == CommonName)
            .Select(name => name.GetSingleElementValue()).ToList();
        return names is [{ Length: > 0 } one] ? one : null;
    }
}

/// <summary>A client's connection, ready for its CONNECT.</summary>
/// <param name="Stream">Of the MQTT packets.</param>
/// <param name="CommonName">Of the certificate that the client showed and an authority of ours signed; null for none.</param>
internal sealed record AcceptedStream(Stream Stream, string? CommonName);
