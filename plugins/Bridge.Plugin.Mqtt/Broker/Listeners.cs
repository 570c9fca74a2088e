using Bridge.Plugin.Mqtt.Protocol.Transport;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>All addresses of one broker, listened on together or not at all.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly List<Listener> _all = [];

    /// <summary>Throws <see cref="IOException"/> with a cure when an address is not to be had, or the certificate cannot be used.</summary>
    public Listeners(EmbeddedOptions options, TimeProvider clock)
    {
        var addresses = options.Listen.Select(ListenAddress.Parse).OfType<ListenAddress>().ToList();
        var certificates = options.Tls is { } tls
            ? new CertificateFiles(tls.Ca?.FullName, tls.Cert.FullName, tls.Key.FullName, "embedded.tls")
            : null;
        try
        {
            if (addresses.Exists(address => address.IsSecure))
            {
                certificates?.Read();
            }

            foreach (var address in addresses)
            {
                _all.Add(Listener.Open(address, certificates, options.Origins, clock));
            }
        }
        catch (TransportException problem)
        {
            Dispose();
            throw new IOException(problem.Message, problem);
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<Listener> All => _all;

    public void Dispose() => _all.ForEach(listener => listener.Dispose());
}
