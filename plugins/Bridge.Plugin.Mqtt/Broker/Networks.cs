using System.Net;
using System.Net.Sockets;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Whom addresses belong to.</summary>
internal static class Networks
{
    /// <summary>The address itself, but of version 6 its first half: one household has 2^64 of those.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
