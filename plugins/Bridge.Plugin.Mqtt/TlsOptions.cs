using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt;

/// <summary>TLS, as a client of a broker. The files are read again for every connection, so a renewed certificate needs no restart.</summary>
public sealed record TlsOptions
{
    [Description("A PEM file with the certificates of the authorities that may have signed the broker's; without it those of the operating system.")]
    [Example("/etc/bridge/ca.pem")]
    public FileInfo? Ca { get; init; }

    [Description("A PEM file with the certificate that Bridge shows the broker, followed by intermediate ones; only for brokers that ask for it.")]
    [Example("/etc/bridge/bridge.pem")]
    public FileInfo? Cert { get; init; }

    [Description("A PEM file with the private key of 'cert', not protected by a passphrase.")]
    [Example("/etc/bridge/bridge.key")]
    public FileInfo? Key { get; init; }

    [Description("Whether the broker's certificate is checked. False accepts anybody who answers; for a first try only.")]
    public bool Verify { get; init; } = true;
}
