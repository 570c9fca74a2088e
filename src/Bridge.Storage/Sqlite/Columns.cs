using System.Buffers.Binary;
using Bridge.Abstractions;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>How values stand in columns. Ids are big-endian, so their order in an index is their order in time.</summary>
internal static class Columns
{
    public static byte[] Of(EventId id) => id.Value.ToByteArray(bigEndian: true);

    public static byte[] Of(BlindIndex index)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, index.Value);
        return bytes;
    }

    public static long Of(DateTimeOffset instant) => instant.UtcTicks;

    public static long? OrNull(DateTimeOffset? instant) => instant is { } at ? Of(at) : null;

    public static EventId EventId(this SqliteDataReader row, int column) => new(new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true));

    public static BlindIndex Index(this SqliteDataReader row, int column) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(row.GetFieldValue<byte[]>(column)));

    public static DateTimeOffset Instant(this SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? InstantOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    public static byte[] Bytes(this SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static byte[]? BytesOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public const string Event = "sequence, id, kind, endpoint, conversation, received_at, size, body, decision";

    /// <summary>A body that is not in the row is in the blob folder.</summary>
    public static EnvelopeRow ReadEvent(SqliteDataReader row, BlobFolder blobs)
    {
        var id = row.EventId(1);
        return new EnvelopeRow(
            row.GetInt64(0), id, row.GetString(2), new EndpointId(row.GetString(3)), row.Index(4), row.Instant(5), row.GetInt32(6),
            row.BytesOrNull(7) ?? blobs.Read(id), row.Bytes(8));
    }

    public const string Delivery = "id, event, endpoint, address, critical, state, attempts, created_at, not_before, content, progress";

    public static DeliveryRow ReadDelivery(SqliteDataReader row) => new(
        new DeliveryId(row.GetInt64(0)), row.EventId(1), ReadLane(row, 2), (DeliveryState)row.GetInt32(5), row.GetInt32(6), row.Instant(7),
        row.IsDBNull(8) ? null : row.Instant(8), row.Bytes(9), row.BytesOrNull(10));

    public static LaneId ReadLane(SqliteDataReader row, int column) =>
        new(new EndpointId(row.GetString(column)), row.Index(column + 1), row.GetBoolean(column + 2));
}
