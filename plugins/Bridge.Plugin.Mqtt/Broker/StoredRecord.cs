using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// The rows of the broker in the endpoint's state. Each is a version byte, a time, and MQTT 5 packets: the codec that reads foreign bytes reads these
/// too, and every property has its place already.
/// </summary>
internal static class StoredRecord
{
    public const string SessionPrefix = "session/";
    public const string QueuePrefix = "queue/";
    public const string RetainedPrefix = "retained/";
    public const string ReceivedPrefix = "received/";
    public const string GrantPrefix = "granted/";
    private const string OwedName = "owed";
    private const string SentName = "sent";
    private const byte Format = 1;
    private const int HeadSize = 1 + sizeof(long);
    private const int NumberLength = 16;

    /// <summary>A stored time of none.</summary>
    private const long Never = 0;

    public static string SessionKey(string clientId) => SessionPrefix + clientId;

    public static string RetainedKey(string topic) => RetainedPrefix + topic;

    public static string ReceivedKey(string clientId, ushort packetId) => $"{ReceivedPrefix}{packetId:x4}/{clientId}";

    /// <summary>
    /// A row for each subscription: one more costs no more than itself. The client id may hold any character, so its length goes before it.
    /// </summary>
    public static string GrantKey(string clientId, string filter) => $"{GrantPrefix}{clientId.Length:x4}/{clientId}/{filter}";

    public static string ReadGrantKey(string key) =>
        key.Substring(GrantPrefix.Length + 5, int.Parse(key.AsSpan(GrantPrefix.Length, 4), NumberStyles.AllowHexSpecifier));

    public static string DuplicatesPrefix(string clientId) => $"seen/{clientId}/";

    /// <summary>The number stands first and has a fixed width: listing the keys gives the order of publishing.</summary>
    public static string QueueKey(long number, string clientId) => $"{QueuePrefix}{number:x16}/{clientId}";

    public static (long Number, string ClientId) ReadQueueKey(string key) =>
        (long.Parse(key.AsSpan(QueuePrefix.Length, NumberLength), NumberStyles.AllowHexSpecifier), key[(QueuePrefix.Length + NumberLength + 1)..]);

    public static (ushort PacketId, string ClientId) ReadReceivedKey(string key) =>
        (ushort.Parse(key.AsSpan(ReceivedPrefix.Length, 4), NumberStyles.AllowHexSpecifier), key[(ReceivedPrefix.Length + 5)..]);

    /// <summary>The packet id of a QoS 2 publish that is not released: the key says all.</summary>
    public static StateChange OfReceived(string clientId, ushort packetId) => new(ReceivedKey(clientId, packetId), new[] { Format });

    public static byte[] Write(DateTimeOffset? time, params IEnumerable<MqttPacket> packets)
    {
        var output = new ArrayBufferWriter<byte>();
        var head = output.GetSpan(HeadSize);
        head[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(head[1..], time?.ToUnixTimeMilliseconds() ?? Never);
        output.Advance(HeadSize);
        foreach (var packet in packets)
        {
            PacketEncoder.Write(output, packet, ProtocolVersion.V5);
        }

        return output.WrittenSpan.ToArray();
    }

    public static async ValueTask<(DateTimeOffset? Time, IReadOnlyList<MqttPacket> Packets)> ReadAsync(ReadOnlyMemory<byte> row, CancellationToken cancellationToken)
    {
        if (row.Length < HeadSize || row.Span[0] != Format)
        {
            throw new InvalidOperationException("A row of the broker's state was written by a later version.");
        }

        var time = BinaryPrimitives.ReadInt64BigEndian(row.Span[1..]);
        var packets = new List<MqttPacket>();
        var reader = new PacketReader(PipeReader.Create(new ReadOnlySequence<byte>(row[HeadSize..])), int.MaxValue);
        while (await reader.ReadAsync(packets, cancellationToken))
        {
            // One read gives all there is; the next one says so.
        }

        return (time == Never ? null : DateTimeOffset.FromUnixTimeMilliseconds(time), packets);
    }

    /// <param name="session">As it is now.</param>
    /// <param name="awaySince">Null while it has a connection, or lost it to a crash.</param>
    public static StateChange Of(Session session, DateTimeOffset? awaySince)
    {
        var properties = new List<MqttProperty> { MqttProperty.Of(PropertyId.SessionExpiryInterval, session.Expiry) };
        if (session.Owner is null)
        {
            properties.Add(MqttProperty.User(SentName, session.Outgoing.LastSent.ToString(CultureInfo.InvariantCulture)));
        }

        var connect = new ConnectPacket
        {
            Version = ProtocolVersion.V5,
            ClientId = session.ClientId,
            Username = session.Username,
            KeepAlive = session.KeepAlive,
            Will = session.Will,
            Properties = new([.. properties]),
        };
        return new(SessionKey(session.ClientId), Write(awaySince, connect));
    }

    /// <summary>Messages up to this number may have been sent; of a session that had a connection, all.</summary>
    public static long LastSent(ConnectPacket session) =>
        session.Properties.User.FirstOrDefault(property => property.Name == SentName) is { Value: { } number }
            ? long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture)
            : long.MaxValue;

    /// <param name="session">Whose subscription.</param>
    /// <param name="grant">As granted.</param>
    /// <param name="isOwed">It has not been sent all that is retained.</param>
    public static StateChange Of(Session session, Grant grant, bool isOwed)
    {
        var properties = new List<MqttProperty>();
        if (grant.Identifier is { } identifier)
        {
            properties.Add(MqttProperty.Of(PropertyId.SubscriptionIdentifier, identifier));
        }

        if (isOwed)
        {
            properties.Add(MqttProperty.User(OwedName, ""));
        }

        var row = new SubscribePacket { PacketId = 1, Subscriptions = [grant.Subscription], Properties = new([.. properties]) };
        return new(GrantKey(session.ClientId, grant.Subscription.Filter), Write(time: null, row));
    }

    public static (Grant Grant, bool IsOwed) ReadGrant(SubscribePacket row) =>
        (new(row.Subscriptions[0], row.Properties.Number(PropertyId.SubscriptionIdentifier)), row.Properties.User.Any(property => property.Name == OwedName));
}
