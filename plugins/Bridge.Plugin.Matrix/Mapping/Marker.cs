using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>What Bridge adds to each event it sends: by it a later look finds what was sent, and another bridge sees how far the event has come.</summary>
/// <param name="Key">The delivery's.</param>
/// <param name="SentAs">The time the event was given, so that a copy of its content in another event is not taken for it.</param>
/// <param name="Hops">Bridges passed.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="IsBridge">True when Bridge itself speaks, and not a person through it.</param>
internal sealed record Marker(DeliveryKey Key, long SentAs, int Hops, Severity? Severity, bool IsBridge)
{
    private const string Name = "bridge.origin";

    /// <summary>When it was handed over, in milliseconds; null of an older Bridge's. The event itself has the time of what it tells of.</summary>
    public long? LeftAt { get; init; }

    /// <summary>Of a redaction, which cannot be sent as of another time, what it takes back; null of anything else.</summary>
    public string? Redacts { get; init; }

    public static void Put(JsonObject content, Outbound outbound, NativeId? redacts = null)
    {
        var marker = new JsonObject
        {
            ["k"] = outbound.Key.Value,
            ["ts"] = outbound.OccurredAt.ToUnixTimeMilliseconds(),
            ["hops"] = outbound.Hops,
            ["severity"] = outbound.Severity.ToString().ToLowerInvariant(),
            ["bridge"] = outbound.Sender is null,
        };
        if (redacts is { } target)
        {
            marker["redacts"] = target.Value;
        }

        content[Name] = marker;
    }

    /// <summary>Each time it is handed over; where that was the second time, the homeserver keeps the first.</summary>
    public static void Stamp(JsonObject content, DateTimeOffset now) => content[Name]!["at"] = now.ToUnixTimeMilliseconds();

    /// <summary>Null when the event carries none.</summary>
    public static Marker? Of(JsonElement content)
    {
        if (content.ObjectOf(Name) is not { } marker || marker.TextOf("k") is not { } key)
        {
            return null;
        }

        var severity = Enum.TryParse<Severity>(marker.TextOf("severity"), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : (Severity?)null;
        var hops = (int)Math.Clamp(marker.NumberOf("hops") ?? 0, 0, int.MaxValue);
        return new Marker(new DeliveryKey(key), marker.NumberOf("ts") ?? 0, hops, severity, marker.FlagOf("bridge"))
        {
            LeftAt = marker.NumberOf("at"),
            Redacts = marker.TextOf("redacts"),
        };
    }
}
