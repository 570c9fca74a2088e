using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Testing.Storage;

/// <summary>Rows for tests of stores: what a store must keep, with bytes that stand for sealed ones.</summary>
public static class SampleRows
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, 123, TimeSpan.Zero);

    public static LaneId Lane(int number, bool critical = false) =>
        new(new EndpointId(number % 2 == 0 ? "home" : "phone"), new BlindIndex(UInt128.MaxValue - (UInt128)number), critical);

    /// <summary>The same number gives the same event.</summary>
    public static EventId EventId(long number) => new(new Guid((int)number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

    public static EnvelopeRow Event(long sequence, int bodyLength = 300) => new(
        sequence, EventId(sequence), "data", new EndpointId("home"), new BlindIndex((UInt128)sequence << 100), s_now.AddSeconds(sequence), bodyLength,
        Bytes((int)sequence, bodyLength), Bytes((int)sequence + 1, 100));

    public static DeliveryRow Delivery(long id, long ofEvent, LaneId lane, DeliveryState state = DeliveryState.Pending) => new(
        new DeliveryId(id), EventId(ofEvent), lane, state, 0, s_now.AddTicks(id), null, Bytes((int)id + 2, 200), null);

    public static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Everything in a row as text: rows hold arrays, which compare by reference.</summary>
    public static string Show(EnvelopeRow? row) => row is null ? "none"
        : $"{row with { Body = [], Decision = [] }} {Convert.ToHexString(row.Body)} {Convert.ToHexString(row.Decision)} {row.Conversation.Value} {row.ReceivedAt.UtcTicks}";

    /// <inheritdoc cref="Show(EnvelopeRow?)"/>
    public static string Show(DeliveryRow? row) => row is null ? "none"
        : $"{row with { Content = [], Progress = null }} {Convert.ToHexString(row.Content)} {(row.Progress is null ? "none" : Convert.ToHexString(row.Progress))} "
            + $"{row.Lane.Address.Value} {row.CreatedAt.UtcTicks} {row.NotBefore?.UtcTicks}";

    public static IReadOnlyList<string> Show(IEnumerable<DeliveryRow> rows) => [.. rows.Select(row => Show(row))];
}
