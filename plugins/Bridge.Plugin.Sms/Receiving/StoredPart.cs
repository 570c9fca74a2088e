using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>A part that waits for others, as it stands in the endpoint's sealed state: it was acknowledged, so it must outlive the process.</summary>
internal sealed record StoredPart(
    string From, string To, int Reference, int Total, int Generation, int Sequence, TextCoding Coding, byte[] Data, DateTimeOffset At,
    DateTimeOffset? SentAt, string? NativeId, Ports? Ports = null,
    DateTimeOffset? Stamp = null)
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "part/";

    public static StateChange Put(Part part) => new(KeyOf(part), JsonSerializer.SerializeToUtf8Bytes(
        new StoredPart(
            part.Key.From, part.Key.To, part.Key.Reference, part.Key.Total, part.Generation, part.Sequence, part.Coding, part.Data.Bytes.ToArray(),
            part.ReceivedAt, part.SentAt, part.NativeId, part.Ports, part.Stamp),
        StateJson.Default.StoredPart));

    public static StateChange Remove(Part part) => new(KeyOf(part), null);

    /// <summary>Null when it cannot be read.</summary>
    public static Part? Read(ReadOnlySpan<byte> value) => JsonSerializer.Deserialize(value, StateJson.Default.StoredPart) is { } stored
        ? new Part(new PartKey(stored.From, stored.To, stored.Reference, stored.Total), stored.Sequence, stored.Coding, new Payload(stored.Data), stored.At)
        {
            Generation = stored.Generation, SentAt = stored.SentAt, NativeId = stored.NativeId, Ports = stored.Ports, Stamp = stored.Stamp,
        }
        : null;

    private static string KeyOf(Part part) =>
        Prefix + string.Join('\n', part.Key.From, part.Key.To, part.Key.Reference, part.Key.Total, part.Generation, part.Sequence);
}
