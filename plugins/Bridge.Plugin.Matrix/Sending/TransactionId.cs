using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Sending;

/// <summary>
/// The homeserver remembers an application service's transaction ids by path alone: two ghosts with one id in one room would get one event. So the id is
/// the delivery's key and a hash of who speaks.
/// </summary>
internal static class TransactionId
{
    /// <param name="kind">Tells the requests of one delivery apart, where there are several.</param>
    public static string Of(DeliveryKey key, string userId, string kind = "")
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(userId), hash);
        return $"{key.Value}.{Base64Url.EncodeToString(hash[..6])}{kind}";
    }
}
