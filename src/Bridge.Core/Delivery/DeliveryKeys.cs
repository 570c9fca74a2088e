using System.Buffers.Binary;
using System.Buffers.Text;
using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>Idempotency keys of 22 characters: derived from stable ids through the blind-index key (HMAC-SHA256), so a resend after a crash has the same one.</summary>
internal static class DeliveryKeys
{
    public static DeliveryKey Of(Sealer sealer, EventId id, int revision, int part, DeliveryContent content, int round = 0)
    {
        var again = round > 0 ? $"\n{round}" : "";
        var index = sealer.Index("delivery-key", $"{id}\n{revision}\n{part}\n{content.To.Full}\n{content.Route}{again}");
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, index.Value);
        return new DeliveryKey(Base64Url.EncodeToString(bytes));
    }

    /// <summary>Under which the delivery of a key is found when the network reports on it.</summary>
    public static BlindIndex ReportIndex(Sealer sealer, DeliveryKey key) => sealer.Index("delivery-report", key.Value);
}
