using System.Net;
using System.Net.Sockets;

namespace Bridge.Host.Http;

/// <summary>Who is at the other end of a connection.</summary>
internal static class Remote
{
    /// <summary>An address of version 6 stands for its /64, which is what one customer of a provider has.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
