using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
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
    private const string Place = "place";

    /// <summary>When it was handed over, in milliseconds; null of an older Bridge's. The event itself has the time of what it tells of.</summary>
    public long? LeftAt { get; init; }

    /// <summary>Of a redaction, which cannot be sent as of another time, what it takes back; null of anything else.</summary>
    public string? Redacts { get; init; }

    /// <param name="content">Of the event to be sent.</param>
    /// <param name="outbound">What it carries.</param>
    /// <param name="sender">Whose event it will be.</param>
    /// <param name="room">Where.</param>
    /// <param name="now">When it leaves; where that is the second time, the homeserver keeps the first.</param>
    /// <param name="redacts">What it takes back; null of anything else.</param>
    public static void Put(JsonObject content, Outbound outbound, string sender, string room, DateTimeOffset now, NativeId? redacts = null)
    {
        var marker = new JsonObject
        {
            ["k"] = outbound.Key.Value,
            ["ts"] = outbound.OccurredAt.ToUnixTimeMilliseconds(),
            ["hops"] = outbound.Hops,
            ["severity"] = outbound.Severity.ToString().ToLowerInvariant(),
            ["bridge"] = outbound.Sender is null,
            [Place] = PlaceOf(sender, room),
            ["at"] = now.ToUnixTimeMilliseconds(),
        };
        if (redacts is { } target)
        {
            marker["redacts"] = target.Value;
        }

        content[Name] = marker;
    }

    /// <summary>Null when the event carries none, or a copy: whoever forwards a message sends its content as it is, mark and all.</summary>
    public static Marker? Of(RoomEvent happened) => Read(happened, isFormerTaken: false);

    /// <summary>The same, of an event of ours: before they said where they belong, marks were without that.</summary>
    public static Marker? OfOurs(RoomEvent happened) => Read(happened, isFormerTaken: true);

    /// <summary>Any bridge can tell it, and nobody is kept from it: it tells a copy, not a forgery.</summary>
    public static string PlaceOf(string sender, string room) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{room}")).AsSpan(0, 12));

    private static Marker? Read(RoomEvent happened, bool isFormerTaken)
    {
        if (happened.Content.ObjectOf(Name) is not { } marker || marker.TextOf("k") is not { } key || !Fits(marker, happened, isFormerTaken))
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

    private static bool Fits(JsonElement marker, RoomEvent happened, bool isFormerTaken) =>
        marker.Get(Place) is null ? isFormerTaken : marker.TextOf(Place) == PlaceOf(happened.Sender, happened.Room);
}
