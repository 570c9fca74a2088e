using System.Buffers.Binary;
using System.Globalization;
using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>What is sealed: bound into every envelope, so that one kind cannot pass for another. Never renumber.</summary>
public enum RecordKind : byte
{
    /// <summary>An arrival, by event id.</summary>
    Event = 1,

    /// <summary>What the rules said about it, by event id.</summary>
    Decision = 2,

    /// <summary>What a delivery owes, by delivery id.</summary>
    Content = 3,

    /// <summary>How far a delivery got, by delivery id.</summary>
    Progress = 4,

    /// <summary>One value of an endpoint's state, by the blind index of its key.</summary>
    State = 5,

    /// <summary>One entry of the rules' memory, by the blind index of its key.</summary>
    Memory = 6,
}

/// <summary>The 128-bit number under which a record is sealed.</summary>
public static class RecordId
{
    public static UInt128 Of(EventId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static UInt128 Of(DeliveryId id) => (UInt128)id.Value;

    public static UInt128 Of(BlindIndex index) => index.Value;
}

/// <summary>Names of epochs: everything sealed under one of them becomes unreadable together when its key is destroyed.</summary>
public static class EpochScope
{
    /// <summary>Rule memory and endpoint state: lives as long as the store.</summary>
    public const string State = "state";

    /// <summary>Reports of machines: one key per endpoint and day.</summary>
    public static string Data(EndpointId endpoint, DateTimeOffset at) => $"data:{endpoint.Value}:{at.UtcDateTime:yyyy-MM-dd}";

    /// <summary>Messages: one key per conversation and month.</summary>
    public static string Conversation(BlindIndex address, DateTimeOffset at) => $"conversation:{address.Value:x32}:{at.UtcDateTime:yyyy-MM}";

    /// <summary>When the period is over; null when the epoch has no end.</summary>
    public static DateTimeOffset? EndOf(string scope)
    {
        var period = scope.AsSpan(scope.LastIndexOf(':') + 1);
        return Is(period, "yyyy-MM-dd", out var day) ? day.AddDays(1) : Is(period, "yyyy-MM", out var month) ? month.AddMonths(1) : null;

        static bool Is(ReadOnlySpan<char> text, string format, out DateTimeOffset start) =>
            DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out start);
    }
}
