using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Bridge.Host.Http;

/// <summary>Who is at the other end of a connection.</summary>
internal static class Remote
{
    /// <summary>Whose request it is. What a proxy on this machine hands on, it says the origin of in the last entry of X-Forwarded-For; from elsewhere anybody could.</summary>
    public static IPAddress CallerOf(HttpContext context)
    {
        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var last = IPAddress.IsLoopback(from) ? context.Request.Headers["X-Forwarded-For"].LastOrDefault()?.Split(',')[^1].Trim() : null;
        return IPAddress.TryParse(last, out var origin) ? origin : from;
    }

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
